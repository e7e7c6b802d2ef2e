import { checkedType, type LogicalKind, type LogicalType } from './logical-type.js'

/** A JSON value, as `json` columns hold it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** The TypeScript type that a value of each kind has when it is read. */
export interface LogicalData {
  integer: number
  bigint: bigint
  text: string
  boolean: boolean
  /** Digits, never a float: `'10.50'`. */
  decimal: string
  float: number
  /** `'2025-03-31'` */
  date: string
  /** An instant in ISO form with `Z`; microseconds where there are any. */
  timestamp: string
  /** `'23:59:59'` */
  time: string
  json: JsonValue
  uuid: string
  binary: Uint8Array
}

/** What a column is filled with when a row brings no value. */
export type ColumnDefault = { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'now' } | { readonly kind: 'uuid' }

/** The facts of a column, before it has a place in a table. */
export interface ColumnFacts {
  readonly type: LogicalType
  readonly notNull: boolean
  readonly identity: boolean
  readonly default?: ColumnDefault
  /** The name in the database, where it is not derived from the property. */
  readonly columnName?: string
}

/**
 * A column of a declaration. Each method answers a new column; the type parameters carry what the compiler must know.
 *
 * @example
 * ```ts
 * const price = t.decimal(10, 2).notNull().default('0.00')
 * ```
 */
export class Column<
  K extends LogicalKind = LogicalKind,
  NotNull extends boolean = boolean,
  HasDefault extends boolean = boolean,
  Data = unknown,
  Identity extends boolean = boolean,
> {
  /** Types only; never there at run time. */
  declare readonly _: { readonly kind: K; readonly notNull: NotNull; readonly hasDefault: HasDefault; readonly data: Data; readonly identity: Identity }

  constructor(readonly facts: ColumnFacts) {
    Object.freeze(this)
  }

  /** Refuses NULL. Natural keys and sequence columns must be declared so. */
  notNull(): Column<K, true, HasDefault, Data, Identity> {
    return new Column({ ...this.facts, notNull: true })
  }

  /** The value of rows that bring none. */
  default(value: Data): Column<K, NotNull, true, Data, Identity> {
    return new Column({ ...this.facts, default: { kind: 'value', value } })
  }

  /** Fills a `timestamp` with the engine's clock, or a `uuid` with a random one, when a row brings none. */
  defaultGenerated(this: Column<'timestamp' | 'uuid', NotNull, HasDefault, Data>): Column<K, NotNull, true, Data, Identity> {
    return new Column({ ...this.facts, default: this.facts.type.kind === 'uuid' ? { kind: 'uuid' } : { kind: 'now' } })
  }

  /** Numbers the rows: for surrogate keys. Such a column is never NULL and is never sent. */
  identity(this: Column<'integer' | 'bigint', NotNull, HasDefault, Data>): Column<K, true, true, Data, true> {
    return new Column({ ...this.facts, notNull: true, identity: true })
  }

  /** Names the column in the database; without it `customerId` becomes `customer_id`. */
  named(columnName: string): Column<K, NotNull, HasDefault, Data, Identity> {
    return new Column({ ...this.facts, columnName })
  }
}

type Fresh<K extends LogicalKind, Data = LogicalData[K]> = Column<K, false, false, Data, false>

// Two signatures: with one and a default, the place where the column stands would decide on the shape.
interface JsonColumn {
  (): Fresh<'json'>
  <Shape>(): Fresh<'json', Shape>
}

const fresh = (type: LogicalType) => new Column<never, false, false, never, false>({ type: checkedType(type), notNull: false, identity: false })

/**
 * The column types of a declaration.
 *
 * @example
 * ```ts
 * const sites = table('crm.dim_site', { siteId: t.integer().notNull(), name: t.text(120), opened: t.date() })
 * ```
 */
export const t = {
  integer: (): Fresh<'integer'> => fresh({ kind: 'integer' }),
  bigint: (): Fresh<'bigint'> => fresh({ kind: 'bigint' }),
  text: (length?: number): Fresh<'text'> => fresh(length === undefined ? { kind: 'text' } : { kind: 'text', length }),
  boolean: (): Fresh<'boolean'> => fresh({ kind: 'boolean' }),
  decimal: (precision: number, scale: number): Fresh<'decimal'> => fresh({ kind: 'decimal', precision, scale }),
  float: (): Fresh<'float'> => fresh({ kind: 'float' }),
  date: (): Fresh<'date'> => fresh({ kind: 'date' }),
  timestamp: (): Fresh<'timestamp'> => fresh({ kind: 'timestamp' }),
  time: (): Fresh<'time'> => fresh({ kind: 'time' }),
  json: (() => fresh({ kind: 'json' })) as JsonColumn,
  uuid: (): Fresh<'uuid'> => fresh({ kind: 'uuid' }),
  binary: (): Fresh<'binary'> => fresh({ kind: 'binary' }),
  /** A column whose type is only known at run time, as in definitions read from JSON. */
  of: (type: LogicalType): Column<LogicalKind, false, false> => new Column({ type: checkedType(type), notNull: false, identity: false }),
} as const
