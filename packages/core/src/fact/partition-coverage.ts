import { sql, type SQL } from 'drizzle-orm'
import type { Engine, Session } from '../engine/engine.js'
import type { StagedRows } from '../stage/stage-rows.js'
import type { FactDefinition } from './fact-definition.js'
import { partitionsOf } from './ensure-partitions.js'
import type { FactPartition, PartitionCoverage, Period } from './partition-period.js'
import { holds, periodBound, withinBounds, type NamedBound } from './period-bound.js'

const valuesInReport = 100

/** A value of the partition column, and how many rows have it. */
export interface ValueCount {
  readonly value: string
  readonly rows: number
}

/** Measures the partitions of a fact against those that it should have. */
export async function partitionCoverage(engine: Engine, session: Session, definition: FactDefinition, wanted: readonly Period[], staged: StagedRows | undefined): Promise<PartitionCoverage> {
  const partitions = await partitionsOf(session, definition)
  const other = partitions.find(({ bound }) => bound.kind === 'other')
  const missing = engine.capabilities.partitions ? wanted.filter((period) => !partitions.some(({ bound }) => holds(definition, bound, periodBound(definition, period)))) : []
  return {
    partitions: await withRows(engine, session, definition, partitions),
    missing,
    elsewhere: other ? await countValues(engine, session, definition, engine.phrases.table({ schema: definition.table.schema, name: other.name })) : [],
    homeless: staged ? await homelessRows(engine, session, definition, staged, partitions) : [],
  }
}

/** Partitions with their rows. */
export async function withRows({ phrases }: Engine, session: Session, { table }: FactDefinition, partitions: readonly FactPartition[]): Promise<(FactPartition & { rows: number })[]> {
  if (partitions.length === 0) return []
  const counts = partitions.map(({ name }, at) => sql`select ${sql.raw(String(at))} as place, ${phrases.countRows()} as found from ${phrases.table({ schema: table.schema, name })}`)
  const { rows } = await session.query<{ place: number; found: bigint }>(sql`${sql.join(counts, sql` union all `)} order by place`)
  return partitions.map((partition, at) => ({ ...partition, rows: Number(rows[at]?.found ?? 0) }))
}

/** The staged rows that no partition would take, by value. */
export async function homelessRows(engine: Engine, session: Session, definition: FactDefinition, staged: StagedRows, partitions: readonly FactPartition[]): Promise<ValueCount[]> {
  const nowhere = homeless(engine, definition, partitions)
  return nowhere ? countValues(engine, session, definition, sql`${engine.phrases.table(staged.table)} where ${nowhere}`) : []
}

/** The condition of rows that no partition would take; nothing where all have a place. */
export function homeless({ phrases, capabilities }: Engine, definition: FactDefinition, partitions: readonly FactPartition[]): SQL | undefined {
  if (!capabilities.partitions || partitions.some(({ bound }) => bound.kind === 'other')) return undefined
  const named = partitions.flatMap(({ bound }): NamedBound[] => (bound.kind === 'other' ? [] : [bound]))
  return sql`not ${withinBounds(definition, phrases, named)}`
}

async function countValues({ phrases }: Engine, session: Session, { partition }: FactDefinition, source: SQL): Promise<ValueCount[]> {
  const value = phrases.column(partition.name)
  const { rows } = await session.query<{ found: bigint } & Record<string, unknown>>(sql`select ${value}, ${phrases.countRows()} as found from ${source} group by ${value} order by ${value} ${phrases.firstRows(valuesInReport)}`)
  return rows.map((row) => ({ value: String(row[partition.name]), rows: Number(row.found) }))
}
