import { sql } from 'drizzle-orm'
import type { StagedRows } from '../stage/stage-rows.js'
import type { ColumnSpec } from '../table/table-spec.js'
import { deliveredAs, type CurrentLoad } from './current-load.js'

/** Leaves one staged row of each key, and answers how many went: the latest by the sequence stays, and of those the one that was delivered last. */
export async function settleDoubles(load: CurrentLoad, { table }: StagedRows, sequence: ColumnSpec | undefined): Promise<number> {
  const { phrases, definition: { key } } = load
  const stage = phrases.table(table)
  const several = sql`select ${load.list(key)} from ${stage} group by ${load.list(key)} having count(*) > 1`
  const doubles = await load.aside('doubles', key.map((column) => ({ ...column, notNull: false })))
  const found = await load.write(sql`insert into ${phrases.table(doubles)} (${load.list(key)}) ${several}`)
  let removed = 0
  if (found > 0) {
    const row = load.column(deliveredAs)
    const order = [...(sequence ? [sql`case when ${load.column(sequence, 's')} is null then 1 else 0 end`, sql`${load.column(sequence, 's')} desc`] : []), sql`${load.column(deliveredAs, 's')} desc`]
    const ranked = sql`select ${load.column(deliveredAs, 's')}, row_number() over (partition by ${load.list(key, 's')} order by ${sql.join(order, sql`, `)}) as place from ${stage} s join ${phrases.table(doubles)} d on ${load.sameKey('s', 'd')}`
    removed = await load.write(sql`delete from ${stage} where ${row} in (select ${row} from (${ranked}) r where place > 1)`)
  }
  await load.drop(doubles)
  return removed
}
