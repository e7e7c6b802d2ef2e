import { sql, type SQL } from 'drizzle-orm'
import type { LoadContext } from '../batch/batch-contexts.js'
import type { Session } from '../engine/engine.js'
import type { StagedRows } from '../stage/stage-rows.js'
import { rawForm } from '../stage/raw-form.js'
import { alignTable } from '../table/evolve.js'
import type { ColumnSpec, TableSpec } from '../table/table-spec.js'
import type { CurrentDefinition } from './current-definition.js'
import { CurrentLoad, deliveredAs } from './current-load.js'
import { settleDoubles } from './settle-doubles.js'
import { takeTurn } from './table-turns.js'
import { writeRows, type WrittenRows } from './write-rows.js'

/** What became of the rows of a load. They add up to `read`. */
export interface CurrentCounts {
  readonly read: number
  readonly rejected: number
  /** Rows of a key of which a later row came with the same load. */
  readonly duplicate: number
  readonly new: number
  readonly changed: number
  readonly unchanged: number
  /** Rows that are older than the one that is there. */
  readonly late: number
}

const kind: ColumnSpec = { property: 'varve_found', name: 'varve_found', type: { kind: 'text', length: 7 }, notNull: false, identity: false }
const manyRows = 10_000

/** Writes staged rows by their key, within the load phase of a batch. */
export async function loadCurrent(context: LoadContext, definition: CurrentDefinition, staged: StagedRows): Promise<CurrentCounts> {
  let counts: CurrentCounts | undefined
  const load = await CurrentLoad.begin(context, definition)
  await context.step(load.label, load.label, async () => {
    await takeTurn(load, context.transaction)
    await alignTable(context.transaction, definition.table)
    if (staged.staged >= manyRows) await context.transaction.refreshStatistics(staged.table, definition.key.map(({ name }) => name))
    const duplicate = await settleDoubles(load, staged, definition.sequence)
    const here = staged.staged - duplicate
    const isFilled = (await load.read(sql`select 1 from ${load.table} ${load.phrases.firstRows(1)}`)).length > 0
    const { late, new: added, changed, refused } = isFilled ? await writeFound(context, load, definition, staged) : { late: 0, ...(await writeRows(load, context.transaction, staged.table, (session, within) => insertAll(load, session, staged.table, within))) }
    for (const { rowNumber, message, row } of refused) context.find({ check: 'quarantine', severity: 'error', table: load.label, rowNumber, reason: 'refused', message, raw: rawForm(Object.fromEntries(Object.entries(row).filter(([name]) => name !== deliveredAs.name && name !== kind.name))) })
    counts = { read: staged.read, rejected: staged.rejected + refused.length, duplicate, new: added, changed, unchanged: here - refused.length - added - changed - late, late }
    return counts
  })
  return counts as unknown as CurrentCounts // set by the step, which has ended
}

async function writeFound(context: LoadContext, load: CurrentLoad, definition: CurrentDefinition, { table: stage }: StagedRows): Promise<WrittenRows & { readonly late: number }> {
  const found = await findDifferent(load, definition, stage)
  const late = await load.count(sql`${load.phrases.table(found)} where ${load.column(kind)} = 'late'`)
  const written = await writeRows(load, context.transaction, found, async (session, within) => {
    const rows = (of: 'new' | 'changed') => sql`(select * from ${load.phrases.table(found)} where ${load.column(kind)} = ${of} and ${within}) f`
    const changed = await update(load, definition, session, rows('changed'))
    return { changed, new: await insert(load, session, rows('new')) }
  })
  await load.drop(found)
  return { ...written, late }
}

/** Puts aside what is not as it is stored: unchanged rows cost one comparison. */
async function findDifferent(load: CurrentLoad, { staged, sequence, compared }: CurrentDefinition, stage: TableSpec): Promise<TableSpec> {
  const { phrases } = load
  const table = await load.aside('found', [kind, deliveredAs, ...staged])
  const isOlder = sequence ? sql`${load.column(sequence, 't')} > ${load.column(sequence, 's')} or (${load.column(sequence, 's')} is null and ${load.column(sequence, 't')} is not null)` : sql`1 = 0`
  const columns = [deliveredAs, ...staged]
  await load.write(sql`insert into ${phrases.table(table)} (${load.list([kind, ...columns])}) select ${load.list([kind, ...columns], 'f')} from (
    select ${load.list(columns, 's')}, case
      when t.varve_there is null then 'new'
      when ${isOlder} then 'late'
      when ${load.same(compared, 's', 't')} then 'same'
      else 'changed' end as ${load.column(kind)}
    from ${phrases.table(stage)} s left join (select ${load.list(staged, 'u')}, 1 as varve_there from ${load.table} u) t on ${load.sameKey('t', 's')}
  ) f where f.${load.column(kind)} <> 'same'`)
  return table
}

function update(load: CurrentLoad, { key, staged }: CurrentDefinition, session: Session, rows: SQL): Promise<number> {
  const written = staged.filter((column) => !key.includes(column))
  if (written.length === 0) return Promise.resolve(0)
  return load.write(load.phrases.updateFrom({ target: load.definition.table, alias: 't', set: [...written.map((column) => [column.name, load.column(column, 'f')] as const), ...load.stamps(false)], from: rows, where: load.sameKey('t', 'f') }), session)
}

function insert(load: CurrentLoad, session: Session, rows: SQL): Promise<number> {
  const { staged } = load.definition
  const stamps = load.stamps(true)
  const names = sql.join([...staged.map((column) => load.column(column)), ...stamps.map(([name]) => load.phrases.column(name))], sql`, `)
  const values = sql.join([load.list(staged, 'f'), ...stamps.map(([, value]) => value)], sql`, `)
  return load.write(sql`insert into ${load.table} (${names}) select ${values} from ${rows}`, session)
}

async function insertAll(load: CurrentLoad, session: Session, stage: TableSpec, within: SQL): Promise<Pick<WrittenRows, 'new' | 'changed'>> {
  return { changed: 0, new: await insert(load, session, sql`(select * from ${load.phrases.table(stage)} where ${within}) f`) }
}
