import { sql } from 'drizzle-orm'
import { rowNumber } from '../stage/row-numbering.js'
import type { TableSpec } from '../table/table-spec.js'
import type { CurrentLoad } from './current-load.js'
import { sameKey, type KeyForm } from './key-forms.js'

/** Leaves one staged row of each key, and answers how many went: the latest by the sequence stays, and of those the one that was delivered last. */
export async function settleDoubles(load: CurrentLoad, stage: TableSpec, forms: readonly KeyForm[]): Promise<number> {
  const { phrases, definition: { key, sequence } } = load
  const rows = phrases.table(stage)
  const doubles = await load.aside('doubles', key)
  const found = await load.write(sql`insert into ${phrases.table(doubles)} (${load.list(key)}) select ${load.list(key)} from ${rows} group by ${load.list(key)} having count(*) > 1`)
  let removed = 0
  if (found > 0) {
    const number = load.column(rowNumber)
    const latest = [...(sequence ? [sql`case when ${load.column(sequence, 's')} is null then 1 else 0 end`, sql`${load.column(sequence, 's')} desc`] : []), sql`${load.column(rowNumber, 's')} desc`]
    const ranked = forms.map((form) => sql`select ${load.column(rowNumber, 's')}, row_number() over (partition by ${load.list(key, 's')} order by ${sql.join(latest, sql`, `)}) as place from ${rows} s join ${phrases.table(doubles)} d on ${sameKey(load, form, 'd', 's')}`)
    removed = await load.write(sql`delete from ${rows} where ${number} in (select r.${number} from (${sql.join(ranked, sql` union all `)}) r where r.place > 1)`)
  }
  await load.drop(doubles)
  return removed
}
