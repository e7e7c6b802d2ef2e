import { sql, type SQL } from 'drizzle-orm'
import type { LogicalKind } from '../table/logical-type.js'
import type { ColumnSpec, TableSpec } from '../table/table-spec.js'
import type { FactLoad } from './fact-load.js'

/** What is found of a staged row: `new`, `changed`, `moved` from another partition, or `late`. A row that is as it is stored is not found at all. */
export const foundKind: ColumnSpec = { property: 'varve_found', name: 'varve_found', type: { kind: 'text', length: 7 }, notNull: false, identity: false }

/** How many rows were found of each kind. */
export interface FoundCounts {
  readonly new: number
  readonly changed: number
  readonly moved: number
  readonly late: number
}

/** Changed facts: what is to be written, and where the fact lies so far. */
export interface FoundFacts {
  readonly table: TableSpec
  /** The column with the partition value that the fact has so far. */
  readonly former: ColumnSpec
  readonly counts: FoundCounts
}

/**
 * Compares staged facts with the stored ones, and puts aside what is not the same. A fact is looked for in its own partition first; those that are not
 * there are looked for in all others, by the index on the identity.
 */
export async function findChangedFacts(load: FactLoad, stage: TableSpec): Promise<FoundFacts> {
  const { phrases, definition, staged, fact } = load
  const { identity, partition, sequence, compared } = definition
  const former: ColumnSpec = { ...partition, property: 'varve_former', name: 'varve_former' }
  const table = await load.aside('found', [foundKind, former, ...staged])
  const found = phrases.column(foundKind.name)
  const [first] = identity as readonly [ColumnSpec] // a fact has an identity
  const isOlder = (mine: string, theirs: string) => (sequence ? sql`${load.column(sequence, theirs)} > ${load.column(sequence, mine)}` : sql`1 = 0`)
  const columns = load.list([foundKind, former, ...staged])
  await load.write(sql`insert into ${phrases.table(table)} (${columns}) select ${load.list([foundKind, former, ...staged], 'f')} from (
    select ${load.list(staged, 's')}, ${load.column(partition, 't')} as ${phrases.column(former.name)}, case
      when ${load.column(first, 't')} is null then 'new'
      when ${isOlder('s', 't')} then 'late'
      when ${load.same(compared, 's', 't')} then 'same'
      else 'changed' end as ${found}
    from ${phrases.table(stage)} s left join ${fact} t on ${load.column(partition, 't')} = ${load.column(partition, 's')} and ${load.sameFact('t', 's')}${await withinSpan(load, stage, 't')}
  ) f where f.${found} <> 'same'`)
  const before = await countFound(load, table)
  if (before.new === 0) return { table, former, counts: before }

  await load.session.refreshStatistics(table, [foundKind, former, ...identity, partition].map((column) => column.name))
  const moved = await load.write(phrases.updateFrom({
    target: table,
    alias: 'f',
    set: [
      [foundKind.name, sql`case when ${isOlder('f', 't')} then 'late' else 'moved' end`],
      [former.name, load.column(partition, 't')],
    ],
    from: sql`${fact} t`,
    where: sql`${phrases.column(foundKind.name, 'f')} = 'new' and ${load.sameFact('t', 'f')}`,
  }))
  return { table, former, counts: moved === 0 ? before : await countFound(load, table) }
}

const withoutOrder: readonly LogicalKind[] = ['boolean', 'uuid', 'json', 'binary']

/** The span of the staged partition values, said as values: only so does an engine leave out partitions before it chooses how to join. */
async function withinSpan(load: FactLoad, stage: TableSpec, alias: string): Promise<SQL> {
  const { phrases, definition: { partition } } = load
  if (withoutOrder.includes(partition.type.kind)) return sql``
  const column = load.column(partition)
  const [span] = await load.read<{ first: unknown; last: unknown }>(sql`select min(${column}) as first, max(${column}) as last from ${phrases.table(stage)}`)
  if (span?.first === null || span?.first === undefined) return sql``
  const bound = (value: unknown) => phrases.cast(sql`${value}`, partition.type)
  return sql` and ${load.column(partition, alias)} >= ${bound(span.first)} and ${load.column(partition, alias)} <= ${bound(span.last)}`
}

async function countFound(load: FactLoad, table: TableSpec): Promise<FoundCounts> {
  const kind = load.phrases.column(foundKind.name)
  const rows = await load.read<{ kind: keyof FoundCounts; found: bigint }>(sql`select ${kind} as kind, ${load.phrases.countRows()} as found from ${load.phrases.table(table)} group by ${kind}`)
  const counts = { new: 0, changed: 0, moved: 0, late: 0 }
  for (const row of rows) counts[row.kind] = Number(row.found)
  return counts
}
