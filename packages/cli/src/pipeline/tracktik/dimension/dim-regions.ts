import { t, table } from '@varve/core'
import { scd2Dimension } from '@varve/scd2'
import type { Organisation } from '../organisation.js'
import { housekeeping } from './housekeeping.js'

/** Regions: a tree, in which a large customer is a region of its own with its markets below. */
export const dimRegions = table('tracktik.dim_regions', {
  regionId: t.integer().notNull(),
  customId: t.text(50),
  name: t.text(100),
  company: t.text(255),
  parentRegionId: t.integer(),
  parentRegionName: t.text(100),
  timeZone: t.text(50),
  sourceUpdatedOn: t.timestamp().notNull(),
})

export class RegionDimension extends scd2Dimension(dimRegions, { key: ['regionId'], sequence: 'sourceUpdatedOn', deletes: 'close', housekeeping }) {}

export function regionRows(organisation: Organisation) {
  return organisation.regions.map((region) => {
    const parent = organisation.region(region.parentRegion)
    return {
      regionId: region.id,
      customId: region.customId,
      name: region.name,
      company: region.company,
      parentRegionId: region.parentRegion,
      parentRegionName: parent?.name ?? null,
      timeZone: region.timeZone,
      sourceUpdatedOn: organisation.changedOn(region, [[region.parentRegion, parent]]),
    }
  })
}
