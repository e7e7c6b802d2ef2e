import { isHolder, type PathStep } from './source-path.js'

/** A field of the source that no path reads. */
export interface UnusedField {
  /** Its path; where nothing of an object is read, the object's own. Items of a list are `list[]`. */
  readonly field: string
  /** In how many rows it was seen. */
  readonly seen: number
}

/** The fields of the rows that none of the paths reads, the most frequent first. */
export function findUnusedFields(rows: Iterable<object>, paths: readonly PathStep[]): readonly UnusedField[] {
  const seen = new Map<string, number>()
  const count = (field: string) => seen.set(field, (seen.get(field) ?? 0) + 1)
  for (const row of rows) visit(row, paths, '', count)
  return [...seen].map(([field, times]) => ({ field, seen: times })).toSorted((a, b) => b.seen - a.seen || (a.field < b.field ? -1 : 1))
}

function visit(holder: object, steps: readonly PathStep[], place: string, count: (field: string) => void): void {
  const isList = Array.isArray(holder)
  let hasUnusedItem = false
  for (const [key, value] of Object.entries(holder) as [string, unknown][]) {
    if (value === undefined) continue
    const taken = steps.filter((step) => (typeof step.key === 'number') === isList && String(step.key) === key)
    if (taken.some((step) => step.next.length === 0)) continue
    const field = isList ? `${place}[${key}]` : place === '' ? key : `${place}.${key}`
    const further = taken.flatMap((step) => step.next)
    if (further.length > 0 && isHolder(value)) visit(value, further, field, count)
    // A null in place of an object was read: it made the column NULL.
    else if (further.length === 0 || value !== null) {
      if (!isList) count(field)
      else if (!hasUnusedItem) {
        hasUnusedItem = true
        count(`${place}[]`)
      }
    }
  }
}
