import { VarveError, type BatchContext, type LoadContext } from '@varve/core'
import { canonicalPhysical } from './canonical-store.js'
import type { CanonicalTable } from './canonical-table.js'
import { tenantSchema } from './tenant-schema.js'

/** The watermark that says which service fills a table. */
const mark = 'service'

/** The name under which the batches of a tenant's table are kept, one at a time, whichever service fills it. */
export function tenantBatch(tenant: string, canonical: CanonicalTable): string {
  // By its schema: however a tenant is spelled, its tables have one ledger and one turn.
  return `${canonical.name} of ${tenantSchema(tenant)}`
}

/**
 * Refuses a second service for the table of a tenant: its ids could be those of other rows.
 *
 * @throws VarveError V2006 that names the service which fills it.
 */
export async function assertService(context: BatchContext, service: string, tenant: string, canonical: CanonicalTable): Promise<void> {
  const owner = await context.watermark(mark)
  if (owner === undefined || owner === service) return
  const physical = canonicalPhysical(canonical, tenantSchema(tenant))
  if (!(await context.engine.introspect(physical.schema, physical.name))) return // its rows were dropped with it
  throw new VarveError('V2006', `The ${canonical.name} of "${tenant}" are filled by ${owner}, so ${service} may not fill them: ids of the two could mean different rows. Nothing was loaded. Give what comes from ${service} a tenant of its own, or drop the table to begin anew.`, { context: { tenant, owner, service } })
}

/** Keeps with the first load which service fills the table. */
export async function keepService(context: LoadContext, service: string): Promise<void> {
  if ((await context.watermark(mark)) !== service) await context.setWatermark(mark, service)
}
