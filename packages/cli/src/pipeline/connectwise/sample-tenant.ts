import type { Logger } from '@varve/core'
import { canonicalMapping } from '../../canonical/canonical-mapping.js'
import { canonicalFields } from '../../canonical/canonical-store.js'
import type { CanonicalTable } from '../../canonical/canonical-table.js'
import { tenantSchema } from '../../canonical/tenant-schema.js'
import { validateSample, type SampleValidation } from '../../canonical/validate-sample.js'
import { TenantSources, type ConnectwiseSource } from './tenant-source.js'
import { resourceOf, service } from './window-batch.js'

/** Tries the mapping of a table on the rows of a tenant that were changed last. They are read whole: what is asked for decides what is sent. */
export async function sampleTenant(source: ConnectwiseSource, tenant: string, canonical: CanonicalTable, rows: number, options: { readonly log: Logger; readonly signal: AbortSignal }): Promise<SampleValidation> {
  const { client, invalid } = new TenantSources(source, options).of(tenant)
  const sample = await client.orderedRows(resourceOf(canonical), { orderBy: '_info/lastUpdated desc', limit: rows, fields: 'all' })
  return validateSample(canonical, service, canonicalMapping(canonical, service, canonicalFields(canonical, tenantSchema(tenant))), [...sample.map(({ raw }) => raw), ...invalid.map(({ raw }) => raw)])
}
