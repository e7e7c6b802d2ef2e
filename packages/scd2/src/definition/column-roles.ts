import type { ColumnSpec } from '@varve/core'
import type { DimensionDefinition } from './dimension-definition.js'

/** The names of a dimension's columns by what they are for: plain data. */
export interface ColumnRoles {
  readonly key: readonly string[]
  readonly sequence: string | null
  readonly tracked: readonly string[]
  readonly overwrite: readonly string[]
  readonly fixed: readonly string[]
  readonly ignored: readonly string[]
}

/** The roles that a definition gives its columns. */
export function columnRoles({ key, sequence, tracked, overwrite, fixed, ignored }: DimensionDefinition): ColumnRoles {
  const names = (columns: readonly ColumnSpec[]) => columns.map(({ name }) => name)
  return { key: names(key), sequence: sequence?.name ?? null, tracked: names(tracked), overwrite: names(overwrite), fixed: names(fixed), ignored: names(ignored) }
}

/** The roles of columns with values. */
export const valueRoles = ['tracked', 'overwrite', 'fixed', 'ignored'] as const

/**
 * Why a history that was made with some roles cannot go on with others (H12): versions that differ in a column which is not tracked any
 * more would become one as soon as their member is folded anew.
 */
export function roleLosses(from: ColumnRoles, to: ColumnRoles): string[] {
  if (from.key.join() !== to.key.join()) return [`the key was (${from.key.join(', ')}) and is (${to.key.join(', ')})`]
  if (from.sequence !== to.sequence) return [`the sequence was ${from.sequence ?? 'none'} and is ${to.sequence ?? 'none'}`]
  return valueRoles.flatMap((role) => from[role].flatMap((column) => {
    const now = valueRoles.find((other) => to[other].includes(column))
    return now === undefined || now === role ? [] : [`column "${column}" was ${role} and is ${now}. Leave it as it was; a column of another name can have the new role`]
  }))
}
