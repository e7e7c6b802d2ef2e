import { redact, VarveError } from '@varve/core'
import type { z } from 'zod'

/**
 * Holds what a source answered against a schema. @throws VarveError `V3010` that names the place, what is there and what should be.
 *
 * @example
 * ```ts
 * const page = validate(z.object({ data: z.array(z.unknown()) }), body, 'TrackTik: GET /rest/v1/shifts')
 * ```
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new VarveError('V3010', `${what} answered something else than expected: ${describeIssues(result.error, value)}. Nothing of it was used. The source has changed, or is not the one that was meant.`, {
    context: { problems: result.error.issues.length },
  })
}

/** The first problems of a value, each with its place in it. */
export function describeIssues(error: z.ZodError, value: unknown): string {
  const shown = error.issues.slice(0, 3).map((issue) => `${placeOf(issue.path)}: ${issue.message} (there is ${excerpt(valueAt(value, issue.path))})`)
  const more = error.issues.length - shown.length
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '')
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((place, key) => (typeof key === 'number' ? `${place}[${key}]` : place === '' ? String(key) : `${place}.${String(key)}`), '') || 'the whole'
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  // An unknown is asked key by key; what is no object has none of them.
  return path.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined), value)
}

function excerpt(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value) ?? typeof value
  return redact(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
