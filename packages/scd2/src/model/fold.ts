import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { layoutOf, type Layout, type Text } from './layout.js'
import type { Version } from './state.js'
import type { Statement } from './timeline.js'

/** A version before it has its surrogate key. */
export type Unnumbered = Omit<Version, 'id'>

/**
 * The versions that follow from a member's statements.
 *
 * **Details**
 *
 * Tracked values: a statement with other values than the version before it opens a version, one with equal values does not (H5).
 * Overwrite columns have the value of the last statement of the version's interval (H10), or where the definition asks for it
 * the last one of all. Fixed columns have the first value that is not NULL, of the statements up to the version's last. The
 * sequence and the ignored columns are those of the statement that the version begins with.
 */
export function versionsOf(definition: DimensionDefinition, statements: readonly Statement[]): Unnumbered[] {
  const layout = layoutOf(definition)
  const versions: { -readonly [K in keyof Unnumbered]: Unnumbered[K] }[] = []
  const firsts: Text[] = Array<Text>(layout.fixedEnd - layout.overwriteEnd).fill(null)
  let open: (typeof versions)[number] | undefined
  let last: readonly Text[] | undefined
  for (const { at, observed, of, load } of statements) {
    if (observed) {
      last = observed.values
      for (let index = 0; index < firsts.length; index++) firsts[index] ??= last[layout.overwriteEnd + index] ?? null
      if (open && sameTracked(layout, open.values, last)) {
        open.values = merged(layout, open.values, last, firsts)
        continue
      }
    }
    if (open) {
      open.to = at
      open.closedBy = load
    }
    open = observed && last ? { from: at, to: null, values: merged(layout, last, last, firsts), sequence: of, openedBy: load, closedBy: null } : undefined
    if (open) versions.push(open)
  }
  if (definition.overwriteScope === 'member' && last) for (const version of versions) version.values = withOverwritten(layout, version.values, last)
  return versions
}

/** Whether two rows have the same tracked values. */
export function sameTracked(layout: Layout, one: readonly Text[], other: readonly Text[]): boolean {
  for (let index = 0; index < layout.trackedEnd; index++) if (one[index] !== other[index]) return false
  return true
}

function merged(layout: Layout, opening: readonly Text[], latest: readonly Text[], firsts: readonly Text[]): Text[] {
  return [...opening.slice(0, layout.trackedEnd), ...latest.slice(layout.trackedEnd, layout.overwriteEnd), ...firsts, ...opening.slice(layout.fixedEnd)]
}

function withOverwritten(layout: Layout, values: readonly Text[], latest: readonly Text[]): Text[] {
  return [...values.slice(0, layout.trackedEnd), ...latest.slice(layout.trackedEnd, layout.overwriteEnd), ...values.slice(layout.overwriteEnd)]
}
