import { sql } from 'drizzle-orm'
import { VarveError } from '../error/varve-error.js'
import type { StagedRows } from '../stage/stage-rows.js'
import type { FactLoad } from './fact-load.js'

const keysInMessage = 3

/**
 * Leaves one staged row a fact, and answers how many went. Rows that are the same collapse; of several states of a fact the latest stays.
 *
 * @throws VarveError V2008 when which of them is the latest cannot be told.
 */
export async function settleDuplicates(load: FactLoad, staged: StagedRows): Promise<number> {
  const { phrases, definition, staged: columns } = load
  const { identity, sequence } = definition
  const stage = phrases.table(staged.table)
  const several = sql`select ${load.list(identity)} from ${stage} group by ${load.list(identity)} having count(*) > 1`
  const [first] = await load.read<{ found: bigint }>(sql`select ${phrases.countRows()} as found from (${several}) d`)
  if (Number(first?.found) === 0) return 0

  const doubles = await load.aside('doubles', identity)
  const kept = await load.aside('kept', columns)
  await load.write(sql`insert into ${phrases.table(doubles)} (${load.list(identity)}) ${several}`)
  const latest = sequence && sql` join (select ${load.list(identity, 'x')}, max(${load.column(sequence, 'x')}) as latest from ${stage} x join ${phrases.table(doubles)} y on ${load.sameFact('x', 'y')} group by ${load.list(identity, 'x')}) m on ${load.sameFact('m', 's')} and m.latest = ${load.column(sequence, 's')}`
  await load.write(sql`insert into ${phrases.table(kept)} (${load.list(columns)}) select distinct ${load.list(columns, 's')} from ${stage} s join ${phrases.table(doubles)} d on ${load.sameFact('d', 's')}${latest ?? sql``}`)
  const contradictions = await load.read(sql`select ${load.list(identity)} from ${phrases.table(kept)} group by ${load.list(identity)} having count(*) > 1 order by ${load.list(identity)} ${phrases.firstRows(keysInMessage + 1)}`)
  if (contradictions.length > 0) {
    const shown = contradictions.slice(0, keysInMessage).map((row) => Object.entries(row).map(([name, value]) => `${name}=${String(value)}`).join(', ')).join('; ')
    const why = sequence ? `have the same "${sequence.property}"` : 'are one fact'
    throw new VarveError('V2008', `${load.label}: rows of one load ${why} and differ (${shown}${contradictions.length > keysInMessage ? '; …' : ''}), and which of them should stand is not said. Nothing was written; ${sequence ? 'send one row for each instant' : 'send one row a fact, or declare a sequence'}.`, { context: { table: load.label, keys: contradictions.slice(0, keysInMessage) } })
  }
  const removed = await load.write(sql`delete from ${stage} where exists (select 1 from ${phrases.table(doubles)} d where ${sql.join(identity.map(({ name }) => sql`${phrases.column(name, 'd')} = ${stage}.${phrases.column(name)}`), sql` and `)})`)
  const restored = await load.write(sql`insert into ${stage} (${load.list(columns)}) select ${load.list(columns)} from ${phrases.table(kept)}`)
  await load.drop(doubles)
  await load.drop(kept)
  return removed - restored
}
