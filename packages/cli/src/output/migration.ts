import type { MigrationPlan } from '@varve/core'
import type { Colors } from './colors.js'

/** What a migration did, or would do, in words. */
export function migrationText(database: string, { ledger, tables }: MigrationPlan, colors: Colors): string {
  const from = ledger.from === 0 ? 'there was none' : `was at migration ${ledger.from}`
  const ledgerLine = ledger.from === ledger.to ? `up to date, at migration ${ledger.to}` : `brought to migration ${ledger.to} (${from})`
  return [
    colors.bold(database),
    `  ledger: ${ledgerLine}`,
    ...(tables.length === 0 ? ['  tables: as declared'] : tables.flatMap(({ table, changes }) => [`  ${table}:`, ...changes.map((change) => `    ${colors.green('+')} ${change}`)])),
  ].join('\n')
}
