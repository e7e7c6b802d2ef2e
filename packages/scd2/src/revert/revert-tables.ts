import { sql, type SQL } from 'drizzle-orm'
import type { Phrases, TableSpec } from '@varve/core'
import { memoryColumns } from '../memory/memory-table.js'
import { canBeReverted, type DimensionRecord } from '../record/dimension-record.js'
import { journalColumns, journalTable } from './journal-table.js'

/** The tables of a revert, and the phrases that its statements share. */
export class RevertTables {
  readonly journal: TableSpec

  constructor(readonly phrases: Phrases, readonly record: DimensionRecord) {
    this.journal = journalTable(record)
  }

  get versions(): SQL {
    return this.phrases.table({ schema: this.record.table.schema ?? undefined, name: this.record.table.name })
  }

  get versionsAddress(): { readonly schema: string | undefined; readonly name: string } {
    return { schema: this.record.table.schema ?? undefined, name: this.record.table.name }
  }

  get memory(): SQL | undefined {
    const { memory } = this.record
    return memory ? this.phrases.table({ schema: memory.schema ?? undefined, name: memory.name }) : undefined
  }

  get journalled(): SQL {
    return this.phrases.table(this.journal)
  }

  /** The columns that tell who opened and closed a version. */
  get lineage(): { readonly openedBy: string; readonly closedBy: string } {
    const { openedBy = '', closedBy = '' } = this.record.housekeeping
    return { openedBy, closedBy }
  }

  get isTold(): boolean {
    return canBeReverted(this.record)
  }

  get key(): SQL {
    return this.list(this.record.key)
  }

  list(names: readonly string[], alias?: string): SQL {
    return sql.join(names.map((name) => this.phrases.column(name, alias)), sql`, `)
  }

  /** Equality of columns between two tables, each by its alias or its name. */
  same(names: readonly string[], one: string | SQL, other: string | SQL): SQL {
    const side = (of: string | SQL, name: string) => (typeof of === 'string' ? this.phrases.column(name, of) : sql`${of}.${this.phrases.column(name)}`)
    return sql.join(names.map((name) => sql`${side(one, name)} = ${side(other, name)}`), sql` and `)
  }

  uuid(id: string): SQL {
    return this.phrases.cast(sql`${id}`, { kind: 'uuid' })
  }

  isOpen(alias: string): SQL {
    const { housekeeping, openEnd } = this.record
    const end = this.phrases.column(housekeeping.validTo, alias)
    return openEnd === null ? sql`${end} is null` : sql`${end} = ${this.openEnd}`
  }

  get openEnd(): SQL {
    const { openEnd } = this.record
    return openEnd === null ? sql`null` : this.phrases.cast(sql`${openEnd}`, { kind: 'timestamp' })
  }

  /** Rows of the journal: of one load, and of one part. */
  part(alias: string, part: 'member' | 'version' | 'memory', load: { readonly batchId: string; readonly number: number }): SQL {
    const { batchId, loadNumber, part: kind } = journalColumns
    return sql`${this.phrases.column(batchId.name, alias)} = ${this.uuid(load.batchId)} and ${this.phrases.column(loadNumber.name, alias)} = ${load.number} and ${this.phrases.column(kind.name, alias)} = ${part}`
  }

  /** The columns of a memory row, as the journal has them too. */
  get memoryNames(): readonly string[] {
    return this.record.memory?.columns.map((column) => column.name) ?? []
  }

  get memoryBatch(): string {
    return memoryColumns.batchId.name
  }
}
