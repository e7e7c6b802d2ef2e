import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec, Phrases } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import type { ColumnDifference, Difference } from './diff-between.js'
import { historySpec } from './history-spec.js'
import { intervalOf } from './interval.js'
import type { MemberKey } from './member-key.js'
import { versionReader } from './version-query.js'

const before = 'b'
const after = 'a'

/** A column of the answer; by number, since a name of the dimension may be as long as names can be. */
const place = (side: string, at: number) => `${side}${at}`

/**
 * The members that differ between two instants, with the version of either side.
 *
 * **Details**
 *
 * A version that holds at both instants says that its member is the same, so each side is only the versions that hold at its
 * instant and not at the other: of a dimension that changed little, few rows are left to join.
 */
export function diffQuery(definition: DimensionDefinition, phrases: Phrases, from: string, to: string): SQL {
  const { columns } = historySpec(definition)
  const side = (at: string, other: string) => {
    const interval = intervalOf(definition, phrases, 'v')
    return sql`(select ${list(columns.map(({ name }) => phrases.column(name, 'v')))} from ${phrases.table(definition.table)} v where ${interval.holdsAt(at)} and not (${interval.holdsAt(other)}))`
  }
  const of = (alias: string, column: ColumnSpec) => phrases.column(column.name, alias)
  const key = definition.key
  const [first] = key as readonly [ColumnSpec, ...ColumnSpec[]] // a definition has a key
  const differs = comparedColumns(definition).map((column) => sql`not (${phrases.same(of(before, column), of(after, column))})`)
  const answer = [before, after].flatMap((alias) => columns.map((column, at) => sql`${of(alias, column)} as ${sql.identifier(place(alias, at))}`))
  const flags = differs.map((condition, at) => sql`case when ${condition} then 1 else 0 end as ${sql.identifier(place('d', at))}`)
  const sameKey = sql.join(key.map((column) => sql`${of(before, column)} = ${of(after, column)}`), sql` and `)
  const isDifferent = sql.join([sql`${of(before, first)} is null`, sql`${of(after, first)} is null`, ...differs], sql` or `)
  return sql`select ${list([...answer, ...flags])}
    from ${side(from, to)} ${sql.identifier(before)} full join ${side(to, from)} ${sql.identifier(after)} on ${sameKey}
    where ${isDifferent}
    order by ${list(key.map((column) => sql`coalesce(${of(before, column)}, ${of(after, column)})`))}`
}

/** What turns a row of the answer into a difference. */
export function differenceReader<D extends DimensionDefinition>(definition: D): (row: Readonly<Record<string, unknown>>) => Difference<D> {
  const { columns } = historySpec(definition)
  const compared = comparedColumns(definition)
  const read = versionReader(definition)
  const keyAt = columns.findIndex((column) => column.name === definition.key[0]?.name)
  const versionOf = (row: Readonly<Record<string, unknown>>, alias: string) =>
    row[place(alias, keyAt)] === null ? undefined : read(Object.fromEntries(columns.map((column, at) => [column.name, row[place(alias, at)]])))
  const keyOf = (version: object) => {
    const values = byProperty(version)
    return Object.fromEntries(definition.key.map(({ property }) => [property, values[property]])) as MemberKey<D> // its own key
  }
  return (row) => {
    const [old, now] = [versionOf(row, before), versionOf(row, after)]
    if (old && now) return { kind: 'changed', key: keyOf(now), before: old, after: now, columns: changedColumns(compared.filter((_, at) => Number(row[place('d', at)]) === 1), old, now) as Extract<Difference<D>, { kind: 'changed' }>['columns'] }
    if (old) return { kind: 'left', key: keyOf(old), before: old }
    return { kind: 'appeared', key: keyOf(now as object), after: now as NonNullable<typeof now> } // a row has one side at least
  }
}

function changedColumns(columns: readonly ColumnSpec[], old: object, now: object): Record<string, ColumnDifference> {
  const [one, other] = [byProperty(old), byProperty(now)]
  return Object.fromEntries(columns.map(({ property }) => [property, { before: one[property], after: other[property] }]))
}

function byProperty(version: object): Readonly<Record<string, unknown>> {
  return version as Readonly<Record<string, unknown>> // a row is an object of its properties
}

/** The columns whose changes are changes. The sequence is none: it says when, not what. */
function comparedColumns({ table, tracked, overwrite, fixed }: DimensionDefinition): ColumnSpec[] {
  const roles = new Set([...tracked, ...overwrite, ...fixed])
  return table.columns.filter((column) => roles.has(column))
}

function list(parts: readonly SQL[]): SQL {
  return sql.join([...parts], sql`, `)
}
