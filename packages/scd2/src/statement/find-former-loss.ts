import { sql, type SQL } from 'drizzle-orm'
import type { RecordedColumn } from '../record/dimension-record.js'
import { changeKind, formerBegin, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'

/** A version that is to go, and has a value in a column that the definition knows no more: its key, its begin, and those columns. */
export function findFormerLoss(tables: MergeTables, { versions }: ChangeTables, former: readonly RecordedColumn[]): SQL {
  const { phrases, physical, begin } = tables
  const names = former.map(({ name }) => phrases.column(name, 't'))
  return sql`select ${tables.key('t')}, ${phrases.column(begin, 't')}, ${sql.join(former.map(({ name }) => sql`case when ${phrases.column(name, 't')} is null then 0 else 1 end as ${phrases.column(name)}`), sql`, `)}
    from ${phrases.table(physical)} t join ${phrases.table(versions)} c on ${tables.sameKey('t', 'c')} and ${phrases.column(begin, 't')} = ${phrases.column(formerBegin.name, 'c')}
    where ${phrases.column(changeKind.name, 'c')} = 'delete' and (${sql.join(names.map((name) => sql`${name} is not null`), sql` or `)})
    order by ${tables.key('t')}, ${phrases.column(begin, 't')} ${phrases.firstRows(1)}`
}
