import { sql, type SQL } from 'drizzle-orm'
import type { Phrases } from '../engine/phrases.js'
import { VarveError } from '../error/varve-error.js'
import { compareDecimals } from '../mapping/compare-decimals.js'
import { boundText, type PartitionBound } from '../table/partition-bound.js'
import { tableLabel, type ColumnSpec } from '../table/table-spec.js'
import { Rejection, valueReader } from '../table/value/value-reader.js'
import type { FactDefinition } from './fact-definition.js'
import type { PartitionValue, Period } from './partition-period.js'

/** A bound that says which values it holds. */
export type NamedBound = Exclude<PartitionBound, { readonly kind: 'other' }>

/** The stretch of the partition column that a period is, in neutral text. */
export function periodBound(definition: FactDefinition, period: Period): NamedBound {
  const { partition, partitionBy } = definition
  const isRange = typeof period === 'object' && !(period instanceof Date)
  if (isRange !== (partitionBy.by === 'range')) {
    throw wrongPeriod(definition, `is cut by ${partitionBy.by}, so a period of it is ${partitionBy.by === 'list' ? 'one value' : 'a range: { from, to }'}`)
  }
  if (!isRange) return { kind: 'list', values: [valueText(definition, period)] }
  const [from, to] = [valueText(definition, period.from), valueText(definition, period.to)]
  if (compareValues(partition, from, to) >= 0) throw wrongPeriod(definition, `has no period from ${from} to ${to}: a range ends before the value that it names as its end, so that must come later`)
  return { kind: 'range', from, to }
}

/** A value of the partition column as neutral text. */
export function valueText(definition: FactDefinition, value: PartitionValue): string {
  const answer = valueReader(definition.partition.type)(value)
  if (answer instanceof Rejection) throw wrongPeriod(definition, `cannot be cut at "${String(value)}", which ${answer.message}`)
  return answer
}

/** A bound as the engine spells it, in neutral text. */
export function neutralBound({ partition }: FactDefinition, bound: PartitionBound): PartitionBound {
  const read = valueReader(partition.type)
  const neutral = (text: string) => {
    const answer = read(text)
    return answer instanceof Rejection ? text : answer // a value that only the engine understands stays as it spells it
  }
  if (bound.kind === 'list') return { kind: 'list', values: bound.values.map((value) => (value === null ? null : neutral(value))) }
  if (bound.kind === 'range') return { kind: 'range', from: bound.from === undefined ? undefined : neutral(bound.from), to: bound.to === undefined ? undefined : neutral(bound.to) }
  return bound
}

/** The order of two values of a column. Text is compared character by character. */
export function compareValues({ type }: Pick<ColumnSpec, 'type'>, one: string, other: string): number {
  if (type.kind === 'integer' || type.kind === 'bigint' || type.kind === 'decimal' || type.kind === 'float') return compareDecimals(one, other)
  // Without its Z, an instant comes before those that go on with a fraction.
  const [a, b] = type.kind === 'timestamp' ? [one.replace('Z', ''), other.replace('Z', '')] : [one, other]
  return a === b ? 0 : a < b ? -1 : 1
}

/** Whether a partition holds every row of a period. */
export function holds({ partition }: FactDefinition, bound: PartitionBound, period: NamedBound): boolean {
  if (bound.kind === 'list' && period.kind === 'list') return period.values.every((value) => bound.values.includes(value))
  if (bound.kind !== 'range' || period.kind !== 'range') return false
  return (bound.from === undefined || (period.from !== undefined && compareValues(partition, bound.from, period.from) <= 0)) && (bound.to === undefined || (period.to !== undefined && compareValues(partition, period.to, bound.to) <= 0))
}

/** Whether a partition and a period have a value in common. */
export function overlaps({ partition }: FactDefinition, bound: PartitionBound, period: NamedBound): boolean {
  if (bound.kind === 'list' && period.kind === 'list') return period.values.some((value) => bound.values.includes(value))
  if (bound.kind !== 'range' || period.kind !== 'range') return false
  const isBefore = (end: string | undefined, begin: string | undefined) => end !== undefined && begin !== undefined && compareValues(partition, end, begin) <= 0
  return !isBefore(bound.to, period.from) && !isBefore(period.to, bound.from)
}

/** Whether a row lies within one of some bounds, in terms that let an engine leave out the partitions that hold none. */
export function withinBounds({ partition }: FactDefinition, phrases: Phrases, bounds: readonly NamedBound[], alias?: string): SQL {
  const column = phrases.column(partition.name, alias)
  const value = (text: string) => phrases.cast(sql`${text}`, partition.type)
  const values = bounds.flatMap((bound) => (bound.kind === 'list' ? bound.values.filter((one) => one !== null) : []))
  const parts = bounds.flatMap((bound) => {
    if (bound.kind === 'list') return []
    const ends = [...(bound.from === undefined ? [] : [sql`${column} >= ${value(bound.from)}`]), ...(bound.to === undefined ? [] : [sql`${column} < ${value(bound.to)}`])]
    return ends.length === 0 ? [sql`1 = 1`] : [sql`(${sql.join(ends, sql` and `)})`]
  })
  if (values.length > 0) parts.push(sql`${column} in (${sql.join(values.map(value), sql`, `)})`)
  return parts.length === 0 ? sql`(1 = 0)` : sql`(${sql.join(parts, sql` or `)})`
}

function wrongPeriod({ table }: FactDefinition, what: string): VarveError {
  return new VarveError('V1009', `${tableLabel(table)} ${what}.`, { context: { table: tableLabel(table) } })
}

/** The words for a bound in a message. */
export function boundWords(bounds: readonly PartitionBound[]): string {
  const shown = bounds.slice(0, 5).map(boundText)
  return `${shown.join('; ')}${bounds.length > shown.length ? `; and ${bounds.length - shown.length} more` : ''}`
}
