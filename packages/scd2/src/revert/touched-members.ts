import { sql, type SQL } from 'drizzle-orm'
import { ledgerSchema, type ColumnSpec, type Session, type TableSpec } from '@varve/core'
import { journalColumns } from './journal-table.js'
import type { RevertTables } from './revert-tables.js'

const column = (name: string, type: ColumnSpec['type']): ColumnSpec => ({ property: name, name, type, notNull: false, identity: false })
const batchColumn = column('varve_batch', { kind: 'uuid' })
const kindColumn = column('varve_kind', { kind: 'text', length: 7 })

/** Which batches changed which members, and which only spoke of them; a table of the revert's own. */
export class TouchedMembers {
  readonly table: TableSpec

  constructor(private readonly session: Session, private readonly tables: RevertTables, name: string) {
    const key = tables.record.table.columns.filter((one) => tables.record.key.includes(one.name)).map(({ name: own, type }) => column(own, type))
    const inOrder = tables.record.key.flatMap((own) => key.filter((one) => one.name === own))
    this.table = { schema: ledgerSchema, name, columns: [batchColumn, kindColumn, ...inOrder], primaryKey: [], uniques: [], indexes: [], checks: [] }
  }

  /** Lists what the batches changed, as versions, memory and the journal tell it. */
  async listChanged(batchIds: readonly string[]): Promise<void> {
    await this.session.change({ kind: 'create-table', table: this.table })
    const { phrases, versions, memory, journalled, memoryBatch } = this.tables
    const { openedBy, closedBy } = this.tables.lineage
    const batches = sql.join(batchIds.map((id) => this.tables.uuid(id)), sql`, `)
    const from = (source: SQL, batch: string, condition = sql``) => sql`select ${phrases.column(batch, 'x')} as ${phrases.column(batchColumn.name)}, ${this.tables.list(this.tables.record.key, 'x')} from ${source} x where ${phrases.column(batch, 'x')} in (${batches})${condition}`
    const isPart = (part: string) => sql` and ${phrases.column(journalColumns.part.name, 'x')} = ${part}`
    const sources = [
      from(versions, openedBy),
      from(versions, closedBy),
      ...(memory ? [from(memory, memoryBatch)] : []),
      from(journalled, journalColumns.batchId.name, isPart('member')),
      from(journalled, openedBy, isPart('version')),
      from(journalled, closedBy, isPart('version')),
      ...(memory ? [from(journalled, memoryBatch, isPart('memory'))] : []),
    ]
    const names = this.table.columns.map((one) => one.name)
    await this.session.query(sql`insert into ${phrases.table(this.table)} (${this.tables.list(names)}) select t.${phrases.column(batchColumn.name)}, 'changed', ${this.tables.list(this.tables.record.key, 't')} from (${sql.join(sources, sql` union `)}) t`)
  }

  /** Adds members that a batch had rows for. */
  async spoke(batchId: string, keys: readonly (readonly string[])[]): Promise<void> {
    if (keys.length === 0) return
    const rows = keys.map((key) => [batchId, 'spoke', ...key])
    await this.session.bulkIn(this.table, inOneSlice(rows))
  }

  /** The batches that changed anything. */
  async changing(): Promise<ReadonlySet<string>> {
    const batch = this.tables.phrases.column(batchColumn.name)
    const { rows } = await this.session.query<Record<string, string>>(sql`select distinct ${batch} from ${this.tables.phrases.table(this.table)} where ${this.tables.phrases.column(kindColumn.name)} = 'changed'`)
    return new Set(rows.map((row) => row[batchColumn.name] as string)) // never NULL
  }

  /** Pairs of batches where the second changed, or spoke of, a member that the first changed. */
  async shared(batchIds: readonly string[]): Promise<{ readonly earlier: string; readonly later: string }[]> {
    const { phrases, record } = this.tables
    const table = phrases.table(this.table)
    const batch = (alias: string) => phrases.column(batchColumn.name, alias)
    const { rows } = await this.session.query<{ earlier: string; later: string }>(
      sql`select distinct ${batch('c')} as earlier, ${batch('s')} as later from ${table} c join ${table} s on ${this.tables.same(record.key, 'c', 's')} and ${batch('c')} <> ${batch('s')}
          where ${phrases.column(kindColumn.name, 'c')} = 'changed' and ${batch('c')} in (${sql.join(batchIds.map((id) => this.tables.uuid(id)), sql`, `)})`,
    )
    return rows
  }

  async drop(): Promise<void> {
    await this.session.change({ kind: 'drop-table', table: this.table })
  }
}

async function* inOneSlice<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield await Promise.resolve(rows)
}
