import { valueReader, VarveError, type PipelineValues } from '@varve/core'
import { canonicalNamed } from '../../canonical/canonical-tables.js'
import type { CanonicalTable } from '../../canonical/canonical-table.js'
import { tenantSchema } from '../../canonical/tenant-schema.js'

/** The options of the pipeline, as on the command line. */
export const connectwiseOptions = {
  tenant: { value: 'names', description: 'these tenants only, with commas between' },
  table: { value: 'names', description: 'these tables only, with commas between, such as tickets,companies' },
  since: { value: 'instant', description: 'what was changed from then on, in place of where the last run ended' },
  descriptions: { value: 'calls', description: 'ask for the descriptions of so many tickets, a call each' },
  reconcile: { description: 'close the tickets that the source has no longer, by reading all ids' },
  allowMassClose: { description: 'let --reconcile close more than half of the tickets' },
} as const

/** What was chosen for a run. */
export interface ConnectwiseChoices {
  /** Undefined for all that are configured. */
  readonly tenants: readonly string[] | undefined
  readonly tables: readonly CanonicalTable[]
  readonly since: string | undefined
  readonly descriptionCalls: number
  readonly reconcile: boolean
  readonly allowMassClose: boolean
}

/**
 * What was chosen, once it is known to make sense.
 *
 * @throws VarveError V1006 with what is wrong.
 */
export function connectwiseChoices(values: PipelineValues<typeof connectwiseOptions>, canonical: readonly CanonicalTable[]): ConnectwiseChoices {
  const { tenant, table, since, descriptions, reconcile = false, allowMassClose = false } = values
  const tables = table === undefined ? canonical : names('--table', table).map((name) => canonicalNamed(name, canonical))
  const read = since === undefined ? undefined : instantOf('--since', since)
  const calls = descriptions === undefined ? 0 : Number(descriptions)
  if (!Number.isInteger(calls) || calls < 0) throw new VarveError('V1006', `--descriptions is "${descriptions}", which is no number of calls. Write a whole number such as 500.`)
  return { tenants: tenant === undefined ? undefined : tenantNames(tenant), tables, since: read, descriptionCalls: calls, reconcile, allowMassClose }
}

/** An instant, to the second below: the source has no finer ones. */
export function instantOf(option: string, text: string): string {
  const read = valueReader({ kind: 'timestamp' })(text)
  if (typeof read !== 'string') throw new VarveError('V1006', `${option} is "${text}", which is no instant. Write one such as 2025-03-01 or 2025-03-01T10:00:00Z.`)
  return `${read.slice(0, 19)}Z`
}

/** The tenants of a list with commas, each once, however it is spelled. */
export function tenantNames(text: string): string[] {
  const schemas = new Set<string>()
  return names('--tenant', text).filter((name) => !schemas.has(tenantSchema(name)) && schemas.add(tenantSchema(name)))
}

/** The names of a list with commas, each once. */
function names(option: string, text: string): string[] {
  const named = [...new Set(text.split(',').map((name) => name.trim()).filter(Boolean))]
  if (named.length === 0) throw new VarveError('V1006', `${option} names nothing. Write one name, or several with commas between.`)
  return named
}
