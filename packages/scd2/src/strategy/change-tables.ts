import { ledgerSchema, type ColumnSpec, type Session, type TableSpec } from '@varve/core'
import { housekeepingColumns, type HousekeepingPart } from '../definition/housekeeping.js'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { memoryColumns } from '../memory/memory-table.js'
import { layoutOf } from '../model/layout.js'

const plain = (name: string, type: ColumnSpec['type']): ColumnSpec => ({ property: name, name, type, notNull: false, identity: false })

/** The members that are folded one by one, numbered in the order of their keys. */
export const memberNumber = plain('varve_member', { kind: 'bigint' })
/** What is to happen to a version or a memory row: delete, update, insert. */
export const changeKind = plain('varve_change', { kind: 'text', length: 6 })
/**
 * What is found of a staged row, or of a member that a complete load has no row for:
 *
 * - `odd` only the model can tell what follows
 * - `new` a member that was not there
 * - `observed` an instant to be remembered, and no change
 * - `amended` other values in overwrite or fixed columns
 * - `changed` other values in tracked columns
 * - `absent`, `silent` a living member without a row, which is closed or of which nothing is said
 *
 * A row that does nothing is not found at all.
 */
export const foundKind = plain('varve_found', { kind: 'text', length: 8 })
/** Where the version that is changed begins so far. */
export const formerBegin = plain('varve_former_begin', { kind: 'timestamp' })

const stamped: readonly HousekeepingPart[] = ['surrogateKey', 'createdAt', 'updatedAt', 'recordSource']

/** The housekeeping that a changed version brings along; the rest is the same for all of a load. */
export function changedHousekeeping({ housekeeping, openEnd }: DimensionDefinition): ColumnSpec[] {
  return housekeepingColumns(housekeeping, openEnd).filter((column) => !stamped.includes(column.property as HousekeepingPart)) // a property of housekeeping is a part
}

/** Tables that a merge makes for itself, and drops before it ends. */
export class ChangeTables {
  readonly found: TableSpec
  readonly members: TableSpec
  readonly versions: TableSpec
  readonly memory: TableSpec

  constructor(definition: DimensionDefinition, private readonly prefix: string) {
    const { key, table } = definition
    const loose = (columns: readonly ColumnSpec[]) => columns.map(({ property, name, type }) => ({ property, name, type, notNull: false, identity: false }))
    this.found = this.spec('found', [foundKind, formerBegin, ...loose(table.columns)])
    this.members = this.spec('members', [memberNumber, ...loose(key)])
    this.versions = this.spec('versions', [changeKind, formerBegin, ...loose([...table.columns, ...changedHousekeeping(definition)])])
    this.memory = this.spec('memory', [changeKind, ...loose([...key, ...Object.values(memoryColumns), ...layoutOf(definition).columns])])
  }

  async create(session: Session, unlogged: boolean): Promise<void> {
    for (const table of this.all) await session.change({ kind: 'create-table', table, unlogged })
  }

  async drop(session: Session): Promise<void> {
    for (const table of this.all) await session.change({ kind: 'drop-table', table })
  }

  private get all(): readonly TableSpec[] {
    return [this.found, this.members, this.versions, this.memory]
  }

  private spec(name: string, columns: readonly ColumnSpec[]): TableSpec {
    return { schema: ledgerSchema, name: `${this.prefix}_${name}`, columns, primaryKey: [], uniques: [], indexes: [], checks: [] }
  }
}
