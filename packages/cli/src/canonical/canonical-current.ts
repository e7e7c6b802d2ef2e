import { Column, currentDefinition, parseType, table, tableFromSpec, type CurrentDefinition, type CurrentOptions } from '@varve/core'
import type { CanonicalTable } from './canonical-table.js'

/** The table of current rows of a canonical table that keeps no history: its fields, and when a row was first and last written. */
export function canonicalCurrent({ name, key, sequence, fields }: CanonicalTable, schema: string): CurrentDefinition {
  const columns = Object.entries(fields).map(([field, { type, required }]) => [field, new Column({ type: parseType(type), notNull: field === key || field === sequence || (required ?? false), identity: false, columnName: field })] as const)
  const stamp = new Column({ type: { kind: 'timestamp' }, notNull: false, identity: false })
  const keyless = table(`${schema}.${name}`, { ...Object.fromEntries(columns), createdAt: stamp, updatedAt: stamp })
  const declared = tableFromSpec({ ...keyless.spec, primaryKey: [key] }, keyless.columns)
  const options = { key: [key], sequence, createdAt: 'createdAt', updatedAt: 'updatedAt' }
  return currentDefinition(declared, options as unknown as CurrentOptions<typeof declared>) // the names come from data, and are checked when they are settled
}
