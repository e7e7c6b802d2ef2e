import type { DeclaredTable, KeyOf, NotNullKeyOf, RowOf, TableLike } from '@varve/core'
import type { HousekeepingNames } from './housekeeping.js'

/** Where a complete load that looks wrong is refused (H11). */
export interface GuardLimits {
  /** The share of the living members that a complete load may close at most. @defaultValue 0.5 */
  readonly maxClosedShare: number
  /** So many closes are never too many. @defaultValue 5 */
  readonly handful: number
}

/**
 * What becomes of a load with rows that cannot be read (H9): the bad rows are set aside, or the load is refused, in any case or
 * from a share of bad rows on.
 */
export type RejectPolicy = 'quarantine' | 'refuse' | { readonly maxShare: number }

/** The properties of columns that can hold the source's instant of change. */
export type SequenceKeyOf<T extends TableLike> = {
  [K in NotNullKeyOf<T>]: T extends DeclaredTable
    ? T['columns'][K] extends { readonly _: { readonly kind: 'timestamp' | 'date' } } ? K : never
    : RowOf<T>[K & keyof RowOf<T>] extends string | Date ? K : never
}[NotNullKeyOf<T>]

/**
 * How a table keeps its history. Each column of the table has one role: key, sequence, overwrite, fixed, ignored or, when it is
 * named nowhere, tracked. The type parameters see to it that no column has two.
 */
export interface DefinitionOptions<
  T extends TableLike,
  Key extends NotNullKeyOf<T> = NotNullKeyOf<T>,
  Sequence extends Exclude<SequenceKeyOf<T>, Key> = Exclude<SequenceKeyOf<T>, Key>,
  Overwrite extends Exclude<KeyOf<T>, Key | Sequence> = Exclude<KeyOf<T>, Key | Sequence>,
  Fixed extends Exclude<KeyOf<T>, Key | Sequence | Overwrite> = Exclude<KeyOf<T>, Key | Sequence | Overwrite>,
  Ignored extends Exclude<KeyOf<T>, Key | Sequence | Overwrite | Fixed> = Exclude<KeyOf<T>, Key | Sequence | Overwrite | Fixed>,
  Tracked extends Exclude<KeyOf<T>, Key | Sequence | Overwrite | Fixed | Ignored> = Exclude<KeyOf<T>, Key | Sequence | Overwrite | Fixed | Ignored>,
  Names extends HousekeepingNames = HousekeepingNames,
> extends DefinitionChoices {
  /** The natural key: the source's identity of a member. Its columns never hold NULL. */
  readonly key: readonly [Key, ...Key[]]
  /** The source's own instant of change: a `timestamp`, or a `date`, which means its midnight in UTC. @defaultValue null */
  readonly sequence?: Sequence | null
  /** Columns whose changes are written in place (type 1). */
  readonly overwrite?: readonly Overwrite[]
  /** Columns whose first value stays (type 0). */
  readonly fixed?: readonly Fixed[]
  /** Columns that are stored with a version, and whose changes are no changes. */
  readonly ignore?: readonly Ignored[]
  /** Columns whose changes open a version (type 2). @defaultValue all that have no other role */
  readonly tracked?: readonly Tracked[]
  /** The names of the housekeeping columns. @defaultValue {@link defaultHousekeeping} */
  readonly housekeeping?: Names
}

/** What a definition chooses beside the roles of its columns. */
export interface DefinitionChoices {
  /** Whether a member that a complete load lacks is closed. Delete events close in any case. @defaultValue 'ignore' */
  readonly deletes?: 'ignore' | 'close'
  /** What stands in `valid_to` while a version is current: NULL, or a date that is far away. @defaultValue null */
  readonly openEnd?: string | Date | null
  readonly guards?: Partial<GuardLimits>
  /** @defaultValue 'quarantine' */
  readonly rejects?: RejectPolicy
  /** Whether the first values stay when a later load has others for the same instant, or make room (H5). @defaultValue 'keep' */
  readonly conflict?: 'keep' | 'replace'
  /** Whether an overwritten value reaches the version that the event falls in, or all versions of the member (H10). @defaultValue 'version' */
  readonly overwriteScope?: 'version' | 'member'
}

/** Options whose names were checked by the compiler already, or come from outside and are checked at run time. */
export interface PlainOptions extends DefinitionChoices {
  readonly key: readonly string[]
  readonly sequence?: string | null
  readonly overwrite?: readonly string[]
  readonly fixed?: readonly string[]
  readonly ignore?: readonly string[]
  readonly tracked?: readonly string[]
  readonly housekeeping?: HousekeepingNames
}
