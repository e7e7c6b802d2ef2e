import { sql, type SQL } from 'drizzle-orm'
import type { LoadContext } from '../batch/batch-contexts.js'
import { ledgerSchema } from '../batch/ledger/ledger-tables.js'
import type { Engine, Session, TableAddress, Transaction } from '../engine/engine.js'
import type { Phrases } from '../engine/phrases.js'
import type { LogicalKind } from '../table/logical-type.js'
import { tableLabel, type ColumnSpec, type TableSpec } from '../table/table-spec.js'
import type { CurrentDefinition } from './current-definition.js'

/** The place of a row in its delivery, from 1: a later one wins where nothing else tells. */
export const deliveredAs: ColumnSpec = { property: 'varve_row', name: 'varve_row', type: { kind: 'bigint' }, notNull: false, identity: false }

/** How much a step of a statement may keep in memory: a million rows are compared without being written aside. */
const memoryMb = 128

/** One write to a table of current rows: what its statements share. */
export class CurrentLoad {
  readonly phrases: Phrases
  readonly stamp = new Date().toISOString()

  constructor(readonly engine: Engine, readonly session: Transaction | Session, readonly definition: Pick<CurrentDefinition, 'table' | 'key' | 'staged' | 'batchId' | 'createdAt' | 'updatedAt'>, readonly batchId: string) {
    this.phrases = engine.phrases
  }

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

  /** The same key, NULLs being equal, in words by which an engine can hash: `is not distinct from` is none of them. */
  sameKey(one: string, other: string): SQL {
    return this.joined(one, other)
  }

  /** The same with the table's own name on one side, for statements that give it no alias. */
  sameKeyAsTable(alias: string): SQL {
    return this.joined(alias, undefined)
  }

  same(columns: readonly ColumnSpec[], one: string, other: string): SQL {
    if (columns.length === 0) return sql`1 = 1`
    return sql.join(columns.map((column) => this.phrases.same(this.column(column, one), this.column(column, other))), sql` and `)
  }

  /** The housekeeping of rows that are written now. */
  stamps(isNew: boolean): (readonly [column: string, value: SQL])[] {
    const { batchId, createdAt, updatedAt } = this.definition
    const now = this.phrases.cast(sql`${this.stamp}`, { kind: 'timestamp' })
    return [
      ...(batchId ? [[batchId.name, this.phrases.cast(sql`${this.batchId}`, { kind: 'uuid' })] as const] : []),
      ...(createdAt && isNew ? [[createdAt.name, now] as const] : []),
      ...(updatedAt ? [[updatedAt.name, now] as const] : []),
    ]
  }

  async count(rows: SQL): Promise<number> {
    const [first] = await this.read<{ found: bigint | number }>(sql`select ${this.phrases.countRows()} as found from ${rows}`)
    return Number(first?.found ?? 0)
  }

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

  private joined(one: string, other: string | undefined): SQL {
    const side = (column: ColumnSpec, alias: string | undefined) => (alias === undefined ? sql`${this.table}.${this.column(column)}` : this.column(column, alias))
    return sql.join(
      this.definition.key.map((column) => {
        const [left, right] = [side(column, one), side(column, other)]
        if (column.notNull) return sql`${left} = ${right}`
        const filled = (value: SQL) => sql`coalesce(${value}, ${this.phrases.cast(sql`${fillers[column.type.kind] ?? ''}`, column.type)})`
        const isNull = (value: SQL) => sql`case when ${value} is null then 1 else 0 end`
        return sql`${filled(left)} = ${filled(right)} and ${isNull(left)} = ${isNull(right)}`
      }),
      sql` and `,
    )
  }
}

/** A value of each kind to stand in for NULL where it is hashed; that it is one is told beside it. */
const fillers: Partial<Record<LogicalKind, string>> = {
  integer: '0', bigint: '0', decimal: '0', float: '0', boolean: 'false', text: '', date: '1970-01-01', timestamp: '1970-01-01T00:00:00Z', time: '00:00:00', uuid: '00000000-0000-0000-0000-000000000000',
}

let asideNumber = 0
