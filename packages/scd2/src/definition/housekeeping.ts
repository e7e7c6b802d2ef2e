import type { ColumnSpec, LogicalType } from '@varve/core'

/**
 * The columns that a dimension keeps beside those of its table, by the names that they have in the database. Only the interval
 * is always there; a part without a name does not exist.
 */
export interface Housekeeping {
  readonly validFrom: string
  readonly validTo: string
  /** A number that names a version for life. */
  readonly surrogateKey?: string
  /** Whether the version's end is open. */
  readonly isCurrent?: string
  /** The batch that brought the event a version begins with. */
  readonly openedBy?: string
  /** The batch that brought the event a version ends with. */
  readonly closedBy?: string
  readonly createdAt?: string
  readonly updatedAt?: string
  /** SHA-256 over the business columns, but for the sequence and those that are ignored: equal for equal values, whenever they were seen. */
  readonly recordHash?: string
  /** The same text in every version: where the dimension comes from. */
  readonly recordSource?: { readonly name: string; readonly value: string }
}

/** A part of the housekeeping; it is also the property that the column has in rows. */
export type HousekeepingPart = keyof Housekeeping

/** What a definition may say of its housekeeping: the parts that it names, and the interval in any case. */
export type HousekeepingNames = Omit<Housekeeping, 'validFrom' | 'validTo'> & Partial<Pick<Housekeeping, 'validFrom' | 'validTo'>>

/** The housekeeping of a definition that says nothing of it. No `created_at`, `updated_at`: many sources have columns of that name. */
export const defaultHousekeeping = {
  surrogateKey: 'surrogate_key',
  validFrom: 'valid_from',
  validTo: 'valid_to',
  isCurrent: 'is_current',
  openedBy: 'etl_batch_id',
  closedBy: 'closed_by_batch_id',
} as const satisfies Housekeeping

/** The housekeeping that follows from the names a definition gives. */
export type ResolvedHousekeeping<N extends HousekeepingNames> = N & {
  readonly validFrom: N['validFrom'] extends string ? N['validFrom'] : 'valid_from'
  readonly validTo: N['validTo'] extends string ? N['validTo'] : 'valid_to'
}

interface HousekeepingData {
  surrogateKey: bigint
  validFrom: string
  validTo: string | null
  isCurrent: boolean
  openedBy: string
  closedBy: string | null
  createdAt: string
  updatedAt: string
  recordHash: string
  recordSource: string
}

/** The housekeeping of a version as it is read. */
export type HousekeepingRow<H extends HousekeepingNames> = {
  [P in keyof HousekeepingData as P extends 'validFrom' | 'validTo' ? P : H[P] extends string | object ? P : never]: HousekeepingData[P]
}

/** The parts in the order of their columns: the surrogate key stands before the business columns, the rest behind them. */
export const housekeepingParts = [
  'surrogateKey', 'validFrom', 'validTo', 'isCurrent', 'openedBy', 'closedBy', 'createdAt', 'updatedAt', 'recordHash', 'recordSource',
] as const satisfies readonly HousekeepingPart[]

const partTypes: Readonly<Record<HousekeepingPart, LogicalType>> = {
  surrogateKey: { kind: 'bigint' },
  validFrom: { kind: 'timestamp' },
  validTo: { kind: 'timestamp' },
  isCurrent: { kind: 'boolean' },
  openedBy: { kind: 'uuid' },
  closedBy: { kind: 'uuid' },
  createdAt: { kind: 'timestamp' },
  updatedAt: { kind: 'timestamp' },
  recordHash: { kind: 'text', length: 64 },
  recordSource: { kind: 'text' },
}

/** The name of a part's column, or nothing where the dimension does without it. */
export function housekeepingName(housekeeping: HousekeepingNames, part: HousekeepingPart): string | undefined {
  const named = housekeeping[part]
  return typeof named === 'object' ? named.name : named
}

/** The housekeeping columns that a dimension has, in their order. */
export function housekeepingColumns(housekeeping: Housekeeping, openEnd: string | null): ColumnSpec[] {
  return housekeepingParts.flatMap((part): ColumnSpec[] => {
    const name = housekeepingName(housekeeping, part)
    if (name === undefined) return []
    const mayBeNull = part === 'closedBy' || (part === 'validTo' && openEnd === null)
    const column = { property: part, name, type: partTypes[part], notNull: !mayBeNull, identity: part === 'surrogateKey' }
    return [part === 'createdAt' || part === 'updatedAt' ? { ...column, default: { kind: 'now' } } : column]
  })
}
