import type { Column, LogicalData } from './column.js'
import type { LogicalKind } from './logical-type.js'

type AnyColumns = Readonly<Record<string, Column>>

/** The properties of columns that never hold NULL: the only ones a key can name. */
export type NotNullKey<C extends AnyColumns> = { [K in keyof C & string]: C[K]['_']['notNull'] extends true ? K : never }[keyof C & string]

/** A row as it is read: `null` where the column allows it. */
export type Row<C extends AnyColumns> = { -readonly [K in keyof C]: C[K]['_']['notNull'] extends true ? C[K]['_']['data'] : C[K]['_']['data'] | null }

type OptionalKey<C extends AnyColumns> = {
  [K in keyof C]: C[K]['_']['hasDefault'] extends true ? K : C[K]['_']['notNull'] extends true ? never : K
}[keyof C]

type Flatten<T> = { [K in keyof T]: T[K] }

/** A row as it is written: columns with a default, and those that may be NULL, may be left out. */
export type InsertRow<C extends AnyColumns> = Flatten<
  { [K in Exclude<keyof C, OptionalKey<C>>]: Row<C>[K] } & { [K in OptionalKey<C>]?: Row<C>[K] | undefined }
>

/** The spellings of a value that a load accepts for each kind. All are checked; none loses anything. */
export interface LogicalInput extends Record<LogicalKind, unknown> {
  integer: number | bigint | string
  bigint: number | bigint | string
  text: string | number | bigint | boolean
  boolean: boolean | number | string
  decimal: string | number | bigint
  float: number | string
  date: string | Date
  timestamp: string | Date
  time: string
  json: unknown
  uuid: string
  binary: Uint8Array | string
}

type ColumnInput<C extends Column> = C['_']['kind'] extends 'json' ? C['_']['data'] : LogicalInput[C['_']['kind'] & keyof LogicalData]

type SentKey<C extends AnyColumns> = { [K in keyof C]: C[K]['_']['identity'] extends true ? never : K }[keyof C]

/** A row as a load accepts it. A property that is left out is NULL (or the column's default); identity columns are never sent. */
export type InputRow<C extends AnyColumns> = Flatten<
  { [K in Exclude<SentKey<C>, OptionalKey<C>>]: ColumnInput<C[K]> } & { [K in Extract<SentKey<C>, OptionalKey<C>>]?: ColumnInput<C[K]> | null | undefined }
>
