import type { SQL } from 'drizzle-orm'
import type { LogicalType } from '../table/logical-type.js'
import type { TableAddress } from './engine.js'

/** The parts of an update that reads another table. */
export interface UpdateFrom {
  readonly target: TableAddress
  readonly alias: string
  readonly set: readonly (readonly [column: string, value: SQL])[]
  /** Tables or queries, each with its alias. */
  readonly from: SQL
  readonly where: SQL
}

/** Rows that go from one table into another. */
export interface MoveRows {
  readonly from: TableAddress
  readonly alias: string
  readonly to: TableAddress
  /** The columns that both have. */
  readonly columns: readonly string[]
  /** Columns that only the other has, and what they become. */
  readonly set: readonly (readonly [column: string, value: SQL])[]
  /** Which rows, by the alias. */
  readonly where: SQL
}

/** The pieces of SQL that engines spell differently. Whole statements are written once, above, from these. */
export interface Phrases {
  /** A table, qualified and quoted. */
  readonly table: (address: TableAddress) => SQL
  /** A column, quoted, with an alias before it where one is given. */
  readonly column: (name: string, alias?: string) => SQL
  /** Equality that holds NULL equal to NULL. */
  readonly same: (left: SQL, right: SQL) => SQL
  /** The engine's clock, moving within a transaction. */
  readonly now: () => SQL
  /** A literal truth value. */
  readonly boolean: (value: boolean) => SQL
  /** A value of another type, as that type. */
  readonly cast: (value: SQL, type: LogicalType) => SQL
  /** How many rows, in 64 bits. */
  readonly countRows: () => SQL
  /** A query under a name, for the front of a statement: computed once, also where rows live on several machines. */
  readonly computedOnce: (name: string, query: SQL) => SQL
  /** Columns of a table set from another: `set` names a column and what it becomes; `where` joins the two by the target's alias. */
  readonly updateFrom: (update: UpdateFrom) => SQL
  /** Moves rows into another table, in one statement. */
  readonly moveRows: (move: MoveRows) => SQL
  /** Where a row lies, which tells it from all others of its table within one statement; the higher, mostly, the later written. */
  readonly rowPlace: (alias: string) => SQL
  /** The first rows of an ordered answer. */
  readonly firstRows: (count: number) => SQL
  /** The text of an expression that stands in DDL: values written in, columns unqualified. */
  readonly inline: (expression: SQL) => string
}
