import { specOf, tableLabel, valueReader, VarveError, type ColumnSpec, type KeyOf, type NotNullKeyOf, type RowOf, type TableLike, type TableSpec } from '@varve/core'
import { definitionMistakes } from './definition-mistakes.js'
import type { DefinitionOptions, GuardLimits, PlainOptions, RejectPolicy, SequenceKeyOf } from './definition-options.js'
import { defaultHousekeeping, type Housekeeping, type HousekeepingNames, type HousekeepingRow, type ResolvedHousekeeping } from './housekeeping.js'
import { physicalTable } from './physical-table.js'

/** A table with its history settled: the role of every column, the housekeeping, and what happens in the cases that are open to choice. */
export interface DimensionDefinition<T extends TableLike = TableLike, H extends HousekeepingNames = HousekeepingNames> {
  /** The table as it was declared. */
  readonly declared: T
  /** Its business columns as data; see {@link physicalTable} for the table in the database. */
  readonly table: TableSpec
  readonly key: readonly ColumnSpec[]
  readonly sequence: ColumnSpec | undefined
  readonly tracked: readonly ColumnSpec[]
  readonly overwrite: readonly ColumnSpec[]
  readonly fixed: readonly ColumnSpec[]
  readonly ignored: readonly ColumnSpec[]
  readonly deletes: 'ignore' | 'close'
  readonly housekeeping: Housekeeping & H
  /** The end of a current version: NULL, or an instant as neutral text. */
  readonly openEnd: string | null
  readonly guards: GuardLimits
  readonly rejects: RejectPolicy
  readonly conflict: 'keep' | 'replace'
  readonly overwriteScope: 'version' | 'member'
}

/** A version of a dimension as it is read: the row of its table, and the housekeeping that the definition names. */
export type VersionRow<D extends DimensionDefinition> = RowOf<D['declared']> & HousekeepingRow<D['housekeeping']>

/**
 * Defines how a table keeps its history. Columns that are named nowhere are tracked: a change of theirs opens a version.
 *
 * **Details**
 *
 * The table holds business columns only; the housekeeping columns follow from the definition, see {@link physicalTable}. The
 * sequence column is neither tracked nor overwritten: a version shows the instant of the event that it begins with.
 *
 * @example
 * ```ts
 * import { t, table } from '@varve/core'
 * import { dimensionDefinition } from '@varve/scd2'
 *
 * const customers = table('crm.dim_customer', {
 *   customerId: t.integer().notNull(),
 *   name: t.text(),
 *   email: t.text(),
 *   updatedAt: t.timestamp().notNull(),
 * })
 * const definition = dimensionDefinition(customers, { key: ['customerId'], sequence: 'updatedAt', overwrite: ['email'], deletes: 'close' })
 * definition.tracked.map((column) => column.name) // ['name']
 * ```
 * @throws VarveError V1010 with every mistake of the definition.
 */
export function dimensionDefinition<
  const T extends TableLike,
  const Key extends NotNullKeyOf<T>,
  const Sequence extends Exclude<SequenceKeyOf<T>, Key> = never,
  const Overwrite extends Exclude<KeyOf<T>, Key | Sequence> = never,
  const Fixed extends Exclude<KeyOf<T>, Key | Sequence | Overwrite> = never,
  const Ignored extends Exclude<KeyOf<T>, Key | Sequence | Overwrite | Fixed> = never,
  const Tracked extends Exclude<KeyOf<T>, Key | Sequence | Overwrite | Fixed | Ignored> = never,
  const Names extends HousekeepingNames = typeof defaultHousekeeping,
>(
  declared: T,
  options: DefinitionOptions<T, Key, Sequence, Overwrite, Fixed, Ignored, Tracked, Names>,
): DimensionDefinition<T, ResolvedHousekeeping<Names>> {
  // The names were checked by the compiler, and are once more at run time.
  return resolveDefinition(declared, options as unknown as PlainOptions) as DimensionDefinition<T, ResolvedHousekeeping<Names>>
}

/** Settles a definition whose names come from anywhere. */
export function resolveDefinition<T extends TableLike>(declared: T, options: PlainOptions): DimensionDefinition<T> {
  const table = specOf(declared)
  const housekeeping: Housekeeping = { validFrom: 'valid_from', validTo: 'valid_to', ...(options.housekeeping ?? defaultHousekeeping) }
  const mistakes = definitionMistakes(table, { ...options, housekeeping })
  if (mistakes.length > 0) throw wrongDefinition(tableLabel(table), mistakes)
  const named = (properties: readonly string[] = []) => table.columns.filter((column) => properties.includes(column.property))
  const [sequence] = named(typeof options.sequence === 'string' ? [options.sequence] : [])
  const roles = {
    // In the order that the definition gives them, which is the order of the primary key.
    key: options.key.flatMap((property) => named([property])),
    sequence,
    overwrite: named(options.overwrite),
    fixed: named(options.fixed),
    ignored: named(options.ignore),
  }
  const elsewhere = new Set([...roles.key, ...roles.overwrite, ...roles.fixed, ...roles.ignored, sequence])
  const definition: DimensionDefinition<T> = {
    declared,
    table,
    ...roles,
    tracked: table.columns.filter((column) => !elsewhere.has(column)),
    deletes: options.deletes ?? 'ignore',
    housekeeping,
    openEnd: options.openEnd === undefined || options.openEnd === null ? null : instantText(options.openEnd),
    guards: { maxClosedShare: 0.5, handful: 5, ...options.guards },
    rejects: options.rejects ?? 'quarantine',
    conflict: options.conflict ?? 'keep',
    overwriteScope: options.overwriteScope ?? 'version',
  }
  try {
    physicalTable(definition)
  } catch (error) {
    if (error instanceof VarveError && error.code === 'V1003') throw wrongDefinition(tableLabel(table), [error.message.replace(/^\[V1003\] /, '')], error)
    throw error
  }
  return Object.freeze(definition)
}

function instantText(instant: string | Date): string {
  return valueReader({ kind: 'timestamp' })(instant) as string // a rejection was listed as a mistake before
}

/** The one error of a definition, with all that is wrong. */
export function wrongDefinition(label: string, mistakes: readonly string[], cause?: unknown): VarveError {
  const list = mistakes.length === 1 ? ` ${mistakes[0]}` : `\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`
  return new VarveError('V1010', `The definition of dimension ${label} has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:${list}`, { cause, context: { table: label, mistakes } })
}
