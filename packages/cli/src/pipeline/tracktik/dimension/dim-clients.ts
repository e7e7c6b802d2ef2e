import { t, table } from '@varve/core'
import { scd2Dimension } from '@varve/scd2'
import type { Organisation } from '../organisation.js'
import { housekeeping } from './housekeeping.js'

/** Customers, without their sites. */
export const dimClients = table('tracktik.dim_clients', {
  clientId: t.integer().notNull(),
  customId: t.text(50),
  name: t.text(255).notNull(),
  status: t.text(20),
  regionId: t.integer(),
  regionName: t.text(100),
  parentRegionName: t.text(100),
  timeZone: t.text(50),
  address: t.json(),
  sourceUpdatedOn: t.timestamp().notNull(),
})

export class ClientDimension extends scd2Dimension(dimClients, { key: ['clientId'], sequence: 'sourceUpdatedOn', deletes: 'close', housekeeping }) {}

export function clientRows(organisation: Organisation) {
  return organisation.customers.map((client) => {
    const region = organisation.region(client.region)
    const parent = organisation.region(region?.parentRegion)
    return {
      clientId: client.id,
      customId: client.customId,
      name: organisation.nameOf(client),
      status: client.status,
      regionId: client.region,
      regionName: region?.name ?? null,
      parentRegionName: parent?.name ?? null,
      timeZone: client.timeZone,
      address: client.address,
      sourceUpdatedOn: organisation.changedOn(client, [[client.region, region], [region?.parentRegion, parent]]),
    }
  })
}
