import { closeSync, openSync, writeSync } from 'node:fs'
import { dimensionDefinition, Scd2Dimension } from '@varve/scd2'
import { customer, customers } from './customer-rows.mjs'

/** The customers as dimensions that close who is absent: one told by its loads alone, one by the source's own instants. */
export const definitions = {
  'no sequence': dimensionDefinition(customers, { key: ['customerId'], deletes: 'close' }),
  sequence: dimensionDefinition(customers, { key: ['customerId'], sequence: 'updatedAt', deletes: 'close' }),
}

/** The same dimension under another name. */
export const called = (definition, name) => ({ ...definition, table: { ...definition.table, name } })

export const dimensionOn = (engine, definition) => new Scd2Dimension(engine, definition)

/** Forgets the dimension with all that is known of its loads. */
export async function forget(engine, { table }) {
  await engine.change({ kind: 'drop-table', table })
  for (const name of ['dimension_loads', `memory_bench_${table.name}`, `before_bench_${table.name}`]) await engine.change({ kind: 'drop-table', table: { schema: 'varve', name } })
}

/** A customer as it is after its source has changed it. */
export const changedCustomer = (i, updatedAt) => ({ ...customer(i), balance: ((i * 7919) % 1_000_000) / 100 + 1, note: `changed at ${updatedAt}`, updatedAt })

const field = (value) => (value === null ? '' : /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value))

/** Writes a file of CSV: a header, and the rows. */
export function writeCsv(path, rows) {
  const file = openSync(path, 'w')
  let text = `${Object.keys(customer(0)).join(',')}\n`
  for (const row of rows) {
    text += `${Object.values(row).map(field).join(',')}\n`
    if (text.length >= 1024 * 1024) {
      writeSync(file, text)
      text = ''
    }
  }
  writeSync(file, text)
  closeSync(file)
}
