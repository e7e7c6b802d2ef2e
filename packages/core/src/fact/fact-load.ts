import { sql, type SQL } from 'drizzle-orm'
import { ledgerSchema } from '../batch/ledger/ledger-tables.js'
import type { Finding } from '../batch/ledger/finding-ledger.js'
import type { LoadContext } from '../batch/batch-contexts.js'
import type { Engine, TableAddress, Transaction } from '../engine/engine.js'
import type { Phrases } from '../engine/phrases.js'
import { VarveError } from '../error/varve-error.js'
import { tableLabel, type ColumnSpec, type TableSpec } from '../table/table-spec.js'
import type { FactDefinition } from './fact-definition.js'
import { takeFactTurn } from './fact-turns.js'

/** How much a step of a statement may keep in memory: the versions of a large dimension fit, so that facts are not written aside to be joined with them (measured). */
const memoryMb = 64

/** One write to a fact: what its statements share. */
export class FactLoad {
  readonly engine: Engine
  readonly session: Transaction
  readonly phrases: Phrases
  readonly batchId: string
  readonly stamp = new Date().toISOString()
  readonly findings: Finding[] = []

  private constructor(readonly context: LoadContext, readonly definition: FactDefinition) {
    this.engine = context.engine
    this.session = context.transaction
    this.phrases = context.engine.phrases
    this.batchId = context.batchId
  }

  /** Begins a write: another one to the same fact waits until this transaction ends. */
  static async begin(context: LoadContext, definition: FactDefinition): Promise<FactLoad> {
    const load = new FactLoad(context, definition)
    if (!(await takeFactTurn(load.engine, load.session, definition))) {
      throw new VarveError('V3013', `${load.label} is not there yet. Call prepare() of the fact before its first batch.`, { context: { table: load.label } })
    }
    await load.session.grantMemory(memoryMb)
    return load
  }

  get label(): string {
    return tableLabel(this.definition.table)
  }

  get fact(): SQL {
    return this.phrases.table(this.definition.table)
  }

  /** What rows bring and what is computed of them: all columns but those that a load fills in. */
  get staged(): readonly ColumnSpec[] {
    const { input, measures, table } = this.definition
    return table.columns.filter((column) => input.spec.columns.includes(column) || measures?.measures.includes(column.property))
  }

  list(columns: readonly (ColumnSpec | string)[], alias?: string): SQL {
    return sql.join(columns.map((column) => this.phrases.column(typeof column === 'string' ? column : column.name, alias)), sql`, `)
  }

  /** The same fact, by two aliases. */
  sameFact(one: string, other: string): SQL {
    return this.equal(this.definition.identity, one, other)
  }

  equal(columns: readonly ColumnSpec[], one: string, other: string): SQL {
    return sql.join(columns.map(({ name }) => sql`${this.phrases.column(name, one)} = ${this.phrases.column(name, other)}`), sql` and `)
  }

  same(columns: readonly ColumnSpec[], one: string, other: string): SQL {
    if (columns.length === 0) return sql`1 = 1`
    return sql.join(columns.map(({ name }) => this.phrases.same(this.phrases.column(name, one), this.phrases.column(name, other))), sql` and `)
  }

  column(column: ColumnSpec, alias?: string): SQL {
    return this.phrases.column(column.name, alias)
  }

  instant(text: string): SQL {
    return this.phrases.cast(sql`${text}`, { kind: 'timestamp' })
  }

  /** The housekeeping of rows that are written now. */
  stamps(isNew: boolean): (readonly [column: string, value: SQL])[] {
    const { batchId, createdAt, updatedAt } = this.definition
    return [
      ...(batchId ? [[batchId.name, this.phrases.cast(sql`${this.batchId}`, { kind: 'uuid' })] as const] : []),
      ...(createdAt && isNew ? [[createdAt.name, this.instant(this.stamp)] as const] : []),
      ...(updatedAt ? [[updatedAt.name, this.instant(this.stamp)] as const] : []),
    ]
  }

  /** Runs a statement and answers how many rows it wrote. */
  async write(statement: SQL): Promise<number> {
    return (await this.session.query(statement)).rowCount
  }

  async read<R = Record<string, unknown>>(statement: SQL): Promise<R[]> {
    return (await this.session.query<R>(statement)).rows
  }

  /** Makes a table for the time of the transaction. Its name is that of a staging table, so that whatever is left over goes with those. */
  async aside(name: string, columns: readonly ColumnSpec[]): Promise<TableSpec> {
    const loose = columns.map(({ property, name: columnName, type }): ColumnSpec => ({ property, name: columnName, type, notNull: false, identity: false }))
    const table: TableSpec = { ...this.address(name), columns: loose, primaryKey: [], uniques: [], indexes: [], checks: [] }
    await this.session.change({ kind: 'create-table', table, unlogged: this.engine.capabilities.unloggedTables })
    return table
  }

  async drop(table: TableAddress): Promise<void> {
    await this.session.change({ kind: 'drop-table', table })
  }

  find(finding: Omit<Finding, 'table'> & { readonly table?: string }): void {
    this.findings.push({ table: this.label, ...finding })
  }

  private address(name: string): TableAddress {
    return { schema: ledgerSchema, name: `stage_${this.batchId.replaceAll('-', '')}_${(asideNumber += 1)}_${name}` }
  }
}

let asideNumber = 0
