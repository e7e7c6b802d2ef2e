import { VarveError } from '@varve/core'
import type { CanonicalTable } from './canonical-table.js'
import { companies } from './tables/companies.js'
import { contacts } from './tables/contacts.js'
import { tickets } from './tables/tickets.js'
import { timeEntries } from './tables/time-entries.js'

/** The canonical tables that come with the command. */
export const canonicalTables: readonly CanonicalTable[] = [tickets, companies, contacts, timeEntries]

/**
 * The canonical table of a name.
 *
 * @throws VarveError V1006 that names those there are.
 */
export function canonicalNamed(name: string, tables: readonly CanonicalTable[] = canonicalTables): CanonicalTable {
  const found = tables.find((one) => one.name === name || one.name.replaceAll('_', '-') === name)
  if (found) return found
  throw new VarveError('V1006', `There is no canonical table "${name}". There are ${tables.map((one) => one.name).join(', ')}.`, { context: { canonical: name } })
}
