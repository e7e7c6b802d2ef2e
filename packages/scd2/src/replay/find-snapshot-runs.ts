import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec, TableSpec } from '@varve/core'
import { deletedMarker, type MergeTables } from '../strategy/merge-tables.js'
import { beginsRun, endPlace, endsRun, loadPlace, runOutcome } from './run-columns.js'

/**
 * Compares each snapshot with the one before it, all of them at once, and keeps what differs: a member's rows lie side by side in one
 * join, and only what differs is put in order. Absence from a snapshot ends a version.
 */
export function findSnapshotRuns({ phrases, definition, keyNames }: MergeTables, gathered: TableSpec, runs: TableSpec, loads: number): SQL {
  const column = (name: string, alias?: string) => phrases.column(name, alias)
  const place = (alias?: string) => column(loadPlace.name, alias)
  const deleted = column(deletedMarker.name)
  const [firstKey = ''] = keyNames
  const isThere = (alias: string) => sql`${column(firstKey, alias)} is not null`
  const sameKey = (one: string, other: string) => sql.join(keyNames.map((name) => sql`${column(name, one)} = ${column(name, other)}`), sql` and `)
  const same = (columns: readonly ColumnSpec[]) => (columns.length === 0 ? sql`1 = 1` : sql.join(columns.map(({ name }) => phrases.same(column(name, 'g'), column(name, 'p'))), sql` and `))
  const present = sql`(select * from ${phrases.table(gathered)} where ${deleted} is null)`
  const business = definition.table.columns.map(({ name }) => name)
  const list = sql.join(business.map((name) => column(name)), sql`, `)
  const inTime = sql`(partition by ${sql.join(keyNames.map((name) => column(name)), sql`, `)} order by place)`
  const kept = [loadPlace, runOutcome, beginsRun, endsRun, endPlace].map((one) => column(one.name))
  const isEnd = sql`next_act in ('changed', 'absent', 'closed')`
  return sql`insert into ${phrases.table(runs)} (${sql.join(kept, sql`, `)}, ${list})
    select place, case when act = 'opened' then case when lived = 0 then 'new' else 'reopened' end else act end,
      case when act in ('opened', 'changed') then 1 else 0 end, case when act in ('opened', 'changed', 'overwritten') and (next_act is null or ${isEnd}) then 1 else 0 end, case when ${isEnd} then next_place end, ${list} from (
      select differing.*, lead(act) over ${inTime} as next_act, lead(place) over ${inTime} as next_place,
        count(case when act = 'opened' then 1 end) over (partition by ${sql.join(keyNames.map((name) => column(name)), sql`, `)} order by place rows between unbounded preceding and 1 preceding) as lived
      from (
        select coalesce(${place('g')}, ${place('p')} + 1) as place, ${sql.join(business.map((name) => sql`case when ${isThere('g')} then ${column(name, 'g')} else ${column(name, 'p')} end as ${column(name)}`), sql`, `)}, case
          when not (${isThere('g')}) then case when ${isThere('d')} then 'closed' else 'absent' end
          when not (${isThere('p')}) then 'opened'
          when not (${same(definition.tracked)}) then 'changed'
          else 'overwritten' end as act
        from ${present} g full join ${present} p on ${sameKey('g', 'p')} and ${place('g')} = ${place('p')} + 1
          left join ${phrases.table(gathered)} d on ${sameKey('d', 'p')} and ${place('d')} = ${place('p')} + 1 and ${column(deletedMarker.name, 'd')} is not null
        where not (${isThere('p')}) or (not (${isThere('g')}) and ${place('p')} < cast(${loads} as int)) or (${isThere('g')} and not (${same([...definition.tracked, ...definition.overwrite])}))
      ) differing
    ) timed`
}
