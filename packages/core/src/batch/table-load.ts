import { sql, type SQL } from 'drizzle-orm'
import type { Engine, Session, TableAddress, Transaction } from '../engine/engine.js'
import type { Phrases } from '../engine/phrases.js'
import { tableLabel, type ColumnSpec, type TableSpec } from '../table/table-spec.js'
import type { LoadContext } from './batch-contexts.js'
import { stagePrefix } from './batch-stage.js'
import { ledgerSchema } from './ledger/ledger-tables.js'

/** A table that rows are loaded into, with the columns that a load fills in. */
export interface LoadedTable {
  readonly table: TableSpec
  readonly batchId: ColumnSpec | undefined
  readonly createdBatchId?: ColumnSpec | undefined
  readonly createdAt: ColumnSpec | undefined
  readonly updatedAt: ColumnSpec | undefined
}

/** One write to a table within a batch: what its statements share. */
export class TableLoad<D extends LoadedTable = LoadedTable> {
  readonly engine: Engine
  readonly session: Transaction
  readonly phrases: Phrases
  readonly batchId: string
  readonly stamp = new Date().toISOString()

  constructor({ engine, transaction, batchId }: LoadContext, readonly definition: D) {
    this.engine = engine
    this.session = transaction
    this.phrases = engine.phrases
    this.batchId = batchId
  }

  get label(): string {
    return tableLabel(this.definition.table)
  }

  /** The table that is written. */
  get table(): SQL {
    return this.phrases.table(this.definition.table)
  }

  column({ name }: ColumnSpec, alias?: string): SQL {
    return this.phrases.column(name, alias)
  }

  list(columns: readonly (ColumnSpec | string)[], alias?: string): SQL {
    return sql.join(columns.map((column) => this.phrases.column(typeof column === 'string' ? column : column.name, alias)), sql`, `)
  }

  same(columns: readonly ColumnSpec[], one: string, other: string): SQL {
    if (columns.length === 0) return sql`1 = 1`
    return sql.join(columns.map((column) => this.phrases.same(this.column(column, one), this.column(column, other))), sql` and `)
  }

  instant(text: string): SQL {
    return this.phrases.cast(sql`${text}`, { kind: 'timestamp' })
  }

  /** The housekeeping of rows that are written now. */
  stamps(isNew: boolean): (readonly [column: string, value: SQL])[] {
    const { batchId, createdBatchId, createdAt, updatedAt } = this.definition
    const batch = this.phrases.cast(sql`${this.batchId}`, { kind: 'uuid' })
    const now = this.instant(this.stamp)
    return [
      ...(batchId ? [[batchId.name, batch] as const] : []),
      ...(createdBatchId && isNew ? [[createdBatchId.name, batch] as const] : []),
      ...(createdAt && isNew ? [[createdAt.name, now] as const] : []),
      ...(updatedAt ? [[updatedAt.name, now] as const] : []),
    ]
  }

  /** Runs a statement and answers how many rows it wrote. */
  async write(statement: SQL, session: Session = this.session): Promise<number> {
    return (await session.query(statement)).rowCount
  }

  async read<R = Record<string, unknown>>(statement: SQL): Promise<R[]> {
    return (await this.session.query<R>(statement)).rows
  }

  async hasRows(rows: SQL): Promise<boolean> {
    return (await this.read(sql`select 1 from ${rows} ${this.phrases.firstRows(1)}`)).length > 0
  }

  async count(rows: SQL): Promise<number> {
    const [first] = await this.read<{ found: bigint | number }>(sql`select ${this.phrases.countRows()} as found from ${rows}`)
    return Number(first?.found ?? 0)
  }

  /** Makes a table for the time of the transaction. Its name is that of a staging table, so that whatever is left over goes with those. */
  async aside(name: string, columns: readonly ColumnSpec[]): Promise<TableSpec> {
    const loose = columns.map(({ property, name: columnName, type }): ColumnSpec => ({ property, name: columnName, type, notNull: false, identity: false }))
    const table: TableSpec = { schema: ledgerSchema, name: `${stagePrefix}${this.batchId.replaceAll('-', '')}_${(asideNumber += 1)}_${name}`, columns: loose, primaryKey: [], uniques: [], indexes: [], checks: [] }
    await this.session.change({ kind: 'create-table', table, unlogged: this.engine.capabilities.unloggedTables })
    return table
  }

  async drop(table: TableAddress): Promise<void> {
    await this.session.change({ kind: 'drop-table', table })
  }
}

let asideNumber = 0
