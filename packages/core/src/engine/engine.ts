import type { SQL, SQLWrapper } from 'drizzle-orm'
import type { ColumnSpec, TableSpec } from '../table/table-spec.js'
import type { SchemaChange } from '../table/schema-change.js'
import type { Capabilities } from './capabilities.js'
import type { Lock, LockOptions } from './lock.js'
import type { LivePartition, LiveTable } from './live-table.js'
import type { Phrases } from './phrases.js'

/** The answer to a statement. */
export interface QueryResult<R> {
  readonly rows: R[]
  /** Rows that the statement wrote or answered. */
  readonly rowCount: number
}

/** Where rows are poured: a table and the columns that are sent, in that order. */
export interface BulkTarget {
  readonly schema: string | undefined
  readonly name: string
  readonly columns: readonly ColumnSpec[]
}

/** One row on its way in: the neutral text of each value in the order of the target's columns, `null` for NULL. */
export type EncodedRow = readonly (string | null)[]

/** Anything that runs statements: an engine, or a transaction of it. */
export interface Session {
  /** Runs one statement. Values in it travel as parameters, identifiers are quoted. */
  query<R = Record<string, unknown>>(statement: SQLWrapper): Promise<QueryResult<R>>
  /** Reads an answer of any size, a slice of rows at a time. */
  stream<R = Record<string, unknown>>(statement: SQLWrapper, options?: { readonly sliceRows?: number }): AsyncIterable<R[]>
  /** Pours rows in at the engine's bulk rate, with back-pressure, and answers how many went in. */
  bulkIn(target: BulkTarget, slices: AsyncIterable<readonly EncodedRow[]>): Promise<number>
  /** Pours CSV bytes in without reading them (capability `csvBytes`): fields in the order of the target's columns, no header. */
  bulkInCsv(target: BulkTarget, bytes: AsyncIterable<Uint8Array>, delimiter?: string): Promise<number>
  /** The names of the tables of a schema. */
  tableNames(schema: string): Promise<string[]>
  /** What the engine knows of a table, or nothing where there is none. */
  introspect(schema: string | undefined, name: string): Promise<LiveTable | undefined>
  /** The partitions of a table, by name; none where it is not cut. */
  partitions(schema: string | undefined, name: string): Promise<LivePartition[]>
  /** Tells the engine's planner what a table holds that has just been filled. Engines that plan without do nothing. */
  refreshStatistics(table: TableAddress, columns: readonly string[]): Promise<void>
  /** Lets each step of a statement keep at least so much in memory before it writes aside, until the transaction ends. Engines that see to it themselves do nothing. */
  grantMemory(megabytes: number): Promise<void>
  /** Carries out one schema change. */
  change(change: SchemaChange): Promise<void>
}

/** A session whose statements hold together: all of them, or none. */
export interface Transaction extends Session {
  /** Runs work that can fail alone: what it wrote is undone, and the transaction goes on. */
  savepoint<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>
}

/** What a transaction can be asked for. */
export interface TransactionOptions {
  /** Cancels the running statement and rolls back. */
  readonly signal?: AbortSignal | undefined
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
}

/**
 * A database that warehouses live in. Everything above the engine room speaks to this interface, and asks for
 * a capability where engines differ, never for a name.
 *
 * @example
 * ```ts
 * await using engine = await openEngine('pglite://memory')
 * const { rows } = await engine.query(sql`select 1 as one`)
 * ```
 */
export interface Engine extends Session, AsyncDisposable {
  readonly capabilities: Capabilities
  readonly phrases: Phrases
  /** Name and place for people: `postgres 18.4 at localhost:5432/warehouse`. Holds no secret. */
  readonly description: string
  transaction<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** Takes a lock by name that two processes cannot both hold, and that ends with the process. */
  lock(name: string, options?: LockOptions): Promise<Lock>
  /** The statements that a change consists of, for people and dry runs. */
  explainChange(change: SchemaChange): readonly string[]
  close(): Promise<void>
}

/** A table as engines address it. */
export type TableAddress = Pick<TableSpec, 'schema' | 'name'>

/** A piece of SQL, as `sql` of drizzle makes it. */
export type Fragment = SQL
