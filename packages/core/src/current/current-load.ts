import { sql, type SQL } from 'drizzle-orm'
import type { LoadContext } from '../batch/batch-contexts.js'
import { ledgerSchema } from '../batch/ledger/ledger-tables.js'
import type { Engine, Session, TableAddress, Transaction } from '../engine/engine.js'
import type { Phrases } from '../engine/phrases.js'
import { tableLabel, type ColumnSpec, type TableSpec } from '../table/table-spec.js'
import type { CurrentDefinition } from './current-definition.js'

/** How much a step of a statement may keep in memory: a million rows are compared without being written aside. */
const memoryMb = 128

/** One write to a table of current rows: what its statements share. */
export class CurrentLoad {
  readonly phrases: Phrases
  readonly stamp = new Date().toISOString()

  constructor(readonly engine: Engine, readonly session: Transaction, readonly definition: CurrentDefinition, readonly batchId: string) {
    this.phrases = engine.phrases
  }

  /** Lets the statements of the transaction take memory. */
  static async begin({ engine, transaction, batchId }: LoadContext, definition: CurrentDefinition): Promise<CurrentLoad> {
    await transaction.grantMemory(memoryMb)
    return new CurrentLoad(engine, transaction, definition, batchId)
  }

  get label(): string {
    return tableLabel(this.definition.table)
  }

  get table(): SQL {
    return this.phrases.table(this.definition.table)
  }

  column({ name }: ColumnSpec, alias?: string): SQL {
    return this.phrases.column(name, alias)
  }

  list(columns: readonly ColumnSpec[], alias?: string): SQL {
    return sql.join(columns.map((column) => this.column(column, alias)), sql`, `)
  }

  same(columns: readonly ColumnSpec[], one: string, other: string): SQL {
    if (columns.length === 0) return sql`1 = 1`
    return sql.join(columns.map((column) => this.phrases.same(this.column(column, one), this.column(column, other))), sql` and `)
  }

  /** The housekeeping of rows that are written now. */
  stamps(isNew: boolean): (readonly [column: string, value: SQL])[] {
    const { batchId, createdBatchId, createdAt, updatedAt } = this.definition
    const batch = this.phrases.cast(sql`${this.batchId}`, { kind: 'uuid' })
    const now = this.phrases.cast(sql`${this.stamp}`, { kind: 'timestamp' })
    return [
      ...(batchId ? [[batchId.name, batch] as const] : []),
      ...(createdBatchId && isNew ? [[createdBatchId.name, batch] as const] : []),
      ...(createdAt && isNew ? [[createdAt.name, now] as const] : []),
      ...(updatedAt ? [[updatedAt.name, now] as const] : []),
    ]
  }

  async count(rows: SQL): Promise<number> {
    const [first] = await this.read<{ found: bigint | number }>(sql`select ${this.phrases.countRows()} as found from ${rows}`)
    return Number(first?.found ?? 0)
  }

  /** Runs a statement and answers how many rows it wrote. */
  async write(statement: SQL, session: Session = this.session): Promise<number> {
    return (await session.query(statement)).rowCount
  }

  async read<R = Record<string, unknown>>(statement: SQL): Promise<R[]> {
    return (await this.session.query<R>(statement)).rows
  }

  /** Makes a table for the time of the transaction. Its name is that of a staging table, so that whatever is left over goes with those. */
  async aside(name: string, columns: readonly ColumnSpec[]): Promise<TableSpec> {
    const loose = columns.map(({ property, name: columnName, type }): ColumnSpec => ({ property, name: columnName, type, notNull: false, identity: false }))
    const table: TableSpec = { schema: ledgerSchema, name: `stage_${this.batchId.replaceAll('-', '')}_${(asideNumber += 1)}_${name}`, columns: loose, primaryKey: [], uniques: [], indexes: [], checks: [] }
    await this.session.change({ kind: 'create-table', table, unlogged: this.engine.capabilities.unloggedTables })
    return table
  }

  async drop(table: TableAddress): Promise<void> {
    await this.session.change({ kind: 'drop-table', table })
  }
}

let asideNumber = 0
