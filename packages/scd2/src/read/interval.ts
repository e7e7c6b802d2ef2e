import { sql, type SQL } from 'drizzle-orm'
import type { Phrases } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'

const timestamp = { kind: 'timestamp' } as const

/** An instant in a statement. */
export function instantValue(phrases: Phrases, instant: string): SQL {
  return phrases.cast(sql`${instant}`, timestamp)
}

/** What can be said of the interval of a version in a statement. */
export interface Interval {
  readonly begin: SQL
  readonly end: SQL
  readonly isOpen: SQL
  /** The version holds at an instant: it has begun, and has not ended. */
  readonly holdsAt: (instant: string) => SQL
  /** The version holds at some instant of `[from, to)`. */
  readonly meets: (from: string, to: string) => SQL
}

/** The interval of the version that an alias of the dimension's table stands for. */
export function intervalOf({ housekeeping, openEnd }: DimensionDefinition, phrases: Phrases, alias: string): Interval {
  const begin = phrases.column(housekeeping.validFrom, alias)
  const end = phrases.column(housekeeping.validTo, alias)
  // A high date ends nothing, whatever the instant asked for.
  const isOpen = openEnd === null ? sql`${end} is null` : sql`${end} = ${instantValue(phrases, openEnd)}`
  const endsAfter = (instant: string) => sql`(${end} > ${instantValue(phrases, instant)} or ${isOpen})`
  return {
    begin,
    end,
    isOpen,
    holdsAt: (instant) => sql`${begin} <= ${instantValue(phrases, instant)} and ${endsAfter(instant)}`,
    meets: (from, to) => sql`${begin} < ${instantValue(phrases, to)} and ${endsAfter(from)}`,
  }
}
