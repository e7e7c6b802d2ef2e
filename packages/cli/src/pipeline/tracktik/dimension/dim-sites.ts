import { t, table } from '@varve/core'
import { scd2Dimension } from '@varve/scd2'
import type { Organisation } from '../organisation.js'
import { housekeeping } from './housekeeping.js'

/** Sites of customers: the service locations among the clients of the source. */
export const dimSites = table('tracktik.dim_sites', {
  siteId: t.integer().notNull(),
  customId: t.text(50),
  name: t.text(255).notNull(),
  clientId: t.integer(),
  clientName: t.text(255),
  status: t.text(20),
  regionId: t.integer(),
  regionName: t.text(100),
  parentRegionName: t.text(100),
  timeZone: t.text(50),
  address: t.json(),
  sourceUpdatedOn: t.timestamp().notNull(),
})

export class SiteDimension extends scd2Dimension(dimSites, { key: ['siteId'], sequence: 'sourceUpdatedOn', deletes: 'close', housekeeping }) {}

export function siteRows(organisation: Organisation) {
  return organisation.sites.map((site) => {
    const client = organisation.client(site.parentClient)
    const region = organisation.region(site.region)
    const parent = organisation.region(region?.parentRegion)
    return {
      siteId: site.id,
      customId: site.customId,
      name: organisation.nameOf(site),
      clientId: site.parentClient,
      clientName: client ? organisation.nameOf(client) : null,
      status: site.status,
      regionId: site.region,
      regionName: region?.name ?? null,
      parentRegionName: parent?.name ?? null,
      timeZone: site.timeZone,
      address: site.address,
      sourceUpdatedOn: organisation.changedOn(site, [[site.parentClient, client], [site.region, region], [region?.parentRegion, parent]]),
    }
  })
}
