/** A row as a load brings it: properties or column names, and values in any spelling that their columns accept. */
export type LoadRow = Readonly<Record<string, unknown>>

/** A member that was deleted; made by {@link remove}. */
export class DeleteEvent {
  constructor(
    /** The key of the member, and the instant of its deletion in the sequence column where the source tells it. */
    readonly row: LoadRow,
  ) {}
}

/**
 * Says that a member was deleted. With a value in the sequence column the deletion happened at that instant, without one at the
 * instant of the load. Other columns are not looked at.
 *
 * @example
 * ```ts
 * import { load, remove } from '@varve/scd2'
 *
 * load('2025-03-31', [remove({ customerId: 7 })])
 * ```
 */
export function remove(row: LoadRow): DeleteEvent {
  return new DeleteEvent(row)
}

/** The guards of H11, by the names that allow what they refuse. */
export const guards = ['empty', 'mass-close', 'older'] as const

/** A guard: `empty` refuses a complete load without members, `mass-close` one that closes too many, `older` one before the last. */
export type Guard = (typeof guards)[number]

/** One delivery of rows to a dimension. */
export interface Load {
  /** The instant of the load: that of every change, absence and deletion for which the source tells none. */
  readonly at: string | Date
  readonly rows: Iterable<LoadRow | DeleteEvent>
  /** Whether the rows are all living members at that instant. @defaultValue false */
  readonly complete?: boolean
  /** Guards that are to let this load pass. */
  readonly allow?: readonly Guard[]
  /** The name of the batch. @defaultValue the number of the load, counted from 1 */
  readonly batch?: string
}

/**
 * A load, for the model.
 *
 * @example
 * ```ts
 * import { load } from '@varve/scd2'
 *
 * load('2025-03-31', [{ customerId: 1, tier: 'gold' }], { complete: true })
 * ```
 */
export function load(at: string | Date, rows: Iterable<LoadRow | DeleteEvent>, options: Omit<Load, 'at' | 'rows'> = {}): Load {
  return { at, rows, ...options }
}
