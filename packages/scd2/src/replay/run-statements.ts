import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec, Phrases, TableSpec } from '@varve/core'
import { housekeepingName } from '../definition/housekeeping.js'
import { deletedMarker, type MergeTables } from '../strategy/merge-tables.js'
import { beginsRun, endPlace, endsRun, loadInstant, loadPlace, runOutcome } from './run-columns.js'

/** Puts the staged rows of one load with those of the others. */
export function gatherRows({ phrases, stage, definition }: MergeTables, gathered: TableSpec, place: number): SQL {
  const names = [deletedMarker.name, ...definition.table.columns.map((column) => column.name)]
  const list = sql.join(names.map((name) => phrases.column(name)), sql`, `)
  return sql`insert into ${phrases.table(gathered)} (${phrases.column(loadPlace.name)}, ${list}) select cast(${place} as int), ${list} from ${phrases.table(stage)}`
}

/** Whether a gathered row has a value in a column. */
export function hasGathered({ phrases }: MergeTables, gathered: TableSpec, column: ColumnSpec): SQL {
  return sql`select 1 as one from ${phrases.table(gathered)} g where ${phrases.column(column.name, 'g')} is not null order by ${phrases.column(loadPlace.name, 'g')} ${phrases.firstRows(1)}`
}

/**
 * Goes once over the rows of all loads, in the order of members and loads, and keeps those that did something: the versions are runs
 * of rows with equal tracked values. Absence says nothing here; see {@link findSnapshotRuns} for where it does.
 */
export function findRuns({ phrases, definition, keyNames }: MergeTables, gathered: TableSpec, runs: TableSpec): SQL {
  const column = (name: string, alias?: string) => phrases.column(name, alias)
  const place = column(loadPlace.name)
  const deleted = column(deletedMarker.name)
  const key = sql.join(keyNames.map((name) => column(name)), sql`, `)
  const compared = [...definition.tracked, ...definition.overwrite].map(({ name }) => name)
  const before = (name: string) => column(`before_${compared.indexOf(name)}`)
  const same = (columns: readonly ColumnSpec[]) => (columns.length === 0 ? sql`1 = 1` : sql.join(columns.map(({ name }) => phrases.same(column(name), before(name))), sql` and `))
  const inTime = sql`(partition by ${key} order by ${place})`
  const wasOpen = sql`(last_place is not null and last_deleted is null)`
  const business = sql.join(definition.table.columns.map(({ name }) => column(name)), sql`, `)
  const kept = [loadPlace, runOutcome, beginsRun, endsRun, endPlace].map((one) => column(one.name))
  const yes = (condition: SQL) => sql`case when ${condition} then 1 else 0 end`
  return sql`insert into ${phrases.table(runs)} (${sql.join(kept, sql`, `)}, ${business})
    select ${place}, outcome, begins, ends, case when ends = 1 then next_place end, ${business} from (
      select judged.*, ${yes(sql`${deleted} is null and (next_place is null or next_deleted is not null or lead(begins) over ${inTime} = 1)`)} as ends from (
        select timed.*, ${yes(sql`${deleted} is null and not (${wasOpen} and ${same(definition.tracked)})`)} as begins, case
          when ${deleted} is not null then case when ${wasOpen} then 'closed' else 'unchanged' end
          when lived = 0 then 'new'
          when not ${wasOpen} then 'reopened'
          when not (${same(definition.tracked)}) then 'changed'
          when not (${same(definition.overwrite)}) then 'overwritten'
          else 'unchanged' end as outcome from (
          select g.*, lag(${place}) over ${inTime} as last_place, lag(${deleted}) over ${inTime} as last_deleted, lead(${place}) over ${inTime} as next_place, lead(${deleted}) over ${inTime} as next_deleted,
            count(case when ${deleted} is null then 1 end) over (partition by ${key} order by ${place} rows between unbounded preceding and 1 preceding) as lived${sql.join(compared.map((name) => sql`, lag(${column(name)}) over ${inTime} as ${before(name)}`))}
          from ${phrases.table(gathered)} g
        ) timed
      ) judged
    ) ended where begins = 1 or ends = 1 or outcome <> 'unchanged'`
}

/** How many rows of each load did what; \`absent\` are versions that ended because a load had no row for their member. */
export function countRuns(phrases: Phrases, runs: TableSpec): SQL {
  const place = phrases.column(loadPlace.name)
  const outcome = phrases.column(runOutcome.name)
  return sql`select ${place} as place, ${outcome} as outcome, ${phrases.countRows()} as found from ${phrases.table(runs)} where ${outcome} <> 'unchanged' group by ${place}, ${outcome}`
}

/** Makes a version of each run: opened with its first row, with the overwrite columns of its last. */
export function insertRuns({ phrases, physical, definition, begin, end, keyNames }: MergeTables, runs: TableSpec, places: TableSpec, batchId: string, stamped: readonly (readonly [column: string, value: SQL])[]): SQL {
  const column = (name: string, alias?: string) => phrases.column(name, alias)
  const { housekeeping, openEnd, overwrite, table } = definition
  const inTime = sql`(partition by ${sql.join(keyNames.map((name) => column(name)), sql`, `)} order by ${column(loadPlace.name)})`
  const atEnd = (name: string) => sql`case when ${column(endsRun.name)} = 1 then ${column(name)} else lead(${column(name)}) over ${inTime} end`
  const last = (name: string) => column(`last_${overwrite.findIndex((one) => one.name === name)}`)
  const isOpen = sql`${column(loadInstant.name, 'c')} is null`
  const batch = phrases.cast(sql`${batchId}`, { kind: 'uuid' })
  const isCurrent = housekeepingName(housekeeping, 'isCurrent')
  const openedBy = housekeepingName(housekeeping, 'openedBy')
  const closedBy = housekeepingName(housekeeping, 'closedBy')
  const written: (readonly [string, SQL])[] = [
    ...table.columns.map((one) => [one.name, overwrite.includes(one) ? sql`r.${last(one.name)}` : column(one.name, 'r')] as const),
    [begin, column(loadInstant.name, 'b')],
    [end, openEnd === null ? column(loadInstant.name, 'c') : sql`coalesce(${column(loadInstant.name, 'c')}, ${phrases.cast(sql`${openEnd}`, { kind: 'timestamp' })})`],
    ...(isCurrent === undefined ? [] : [[isCurrent, sql`case when ${isOpen} then ${phrases.boolean(true)} else ${phrases.boolean(false)} end`] as const]),
    ...(openedBy === undefined ? [] : [[openedBy, batch] as const]),
    ...(closedBy === undefined ? [] : [[closedBy, sql`case when ${isOpen} then null else ${batch} end`] as const]),
    ...stamped,
  ]
  return sql`insert into ${phrases.table(physical)} (${sql.join(written.map(([name]) => column(name)), sql`, `)}) select ${sql.join(written.map(([, value]) => value), sql`, `)} from (
      select t.*, ${atEnd(endPlace.name)} as run_end${sql.join(overwrite.map(({ name }) => sql`, ${atEnd(name)} as ${last(name)}`))}
      from ${phrases.table(runs)} t where ${column(beginsRun.name)} = 1 or ${column(endsRun.name)} = 1
    ) r join ${phrases.table(places)} b on ${column(loadPlace.name, 'b')} = ${column(loadPlace.name, 'r')} left join ${phrases.table(places)} c on ${column(loadPlace.name, 'c')} = r.run_end
    where ${column(beginsRun.name, 'r')} = 1`
}
