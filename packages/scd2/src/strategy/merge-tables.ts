import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec, Phrases, TableSpec } from '@varve/core'
import { physicalTable } from '../definition/physical-table.js'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { memoryTable } from '../memory/memory-table.js'

/** True in a staged row that is a delete event. */
export const deletedMarker: ColumnSpec = { property: 'varve_deleted', name: 'varve_deleted', type: { kind: 'boolean' }, notNull: false, identity: false }

/** The tables of a merge, and the few phrases that its statements share. */
export class MergeTables {
  readonly physical: TableSpec
  readonly memory: TableSpec | undefined
  readonly keyNames: readonly string[]
  readonly begin: string
  readonly end: string

  constructor(
    readonly definition: DimensionDefinition,
    readonly phrases: Phrases,
    /** The staged rows: the business columns, and the marker of delete events. */
    readonly stage: TableSpec,
    /** The keys of rows that were rejected, where it matters. */
    readonly unreadable: TableSpec | undefined,
  ) {
    this.physical = physicalTable(definition)
    this.memory = memoryTable(definition)
    this.keyNames = definition.key.map((column) => column.name)
    this.begin = definition.housekeeping.validFrom
    this.end = definition.housekeeping.validTo
  }

  /** The same member, by two aliases. */
  sameKey(one: string, other: string): SQL {
    return sql.join(this.keyNames.map((name) => sql`${this.phrases.column(name, one)} = ${this.phrases.column(name, other)}`), sql` and `)
  }

  /** The columns of the key, by an alias. */
  key(alias?: string): SQL {
    return this.list(this.keyNames, alias)
  }

  list(names: readonly string[], alias?: string): SQL {
    return sql.join(names.map((name) => this.phrases.column(name, alias)), sql`, `)
  }

  /** Whether a version's end is open. */
  isOpen(alias: string): SQL {
    const end = this.phrases.column(this.end, alias)
    const { openEnd } = this.definition
    return openEnd === null ? sql`${end} is null` : sql`${end} = ${this.instant(openEnd)}`
  }

  instant(text: string): SQL {
    return this.phrases.cast(sql`${text}`, { kind: 'timestamp' })
  }

  table(table: Pick<TableSpec, 'schema' | 'name'>): SQL {
    return this.phrases.table(table)
  }
}
