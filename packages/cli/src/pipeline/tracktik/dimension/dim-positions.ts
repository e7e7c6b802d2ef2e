import { t, table } from '@varve/core'
import { scd2Dimension } from '@varve/scd2'
import type { Organisation } from '../organisation.js'
import { housekeeping } from './housekeeping.js'
import { positionType } from './position-type.js'

/** Positions: a post at a site, and what leads from a shift to its site. */
export const dimPositions = table('tracktik.dim_positions', {
  positionId: t.integer().notNull(),
  customId: t.text(50),
  name: t.text(255).notNull(),
  siteId: t.integer(),
  clientId: t.integer(),
  clientName: t.text(255),
  clientCustomId: t.text(50),
  status: t.text(20),
  positionType: t.text(50).notNull(),
  nonBillable: t.boolean(),
  sourceUpdatedOn: t.timestamp().notNull(),
})

export class PositionDimension extends scd2Dimension(dimPositions, { key: ['positionId'], sequence: 'sourceUpdatedOn', deletes: 'close', housekeeping }) {}

export function positionRows(organisation: Organisation) {
  return organisation.positions.map((position) => {
    const place = organisation.placeOf(position.account)
    const client = organisation.client(place.clientId)
    return {
      positionId: position.id,
      customId: position.customId,
      name: position.name?.trim() || `position ${position.id}`,
      siteId: place.siteId,
      clientId: place.clientId,
      clientName: client ? organisation.nameOf(client) : null,
      clientCustomId: client?.customId ?? null,
      status: position.status,
      positionType: positionType(position.name ?? ''),
      nonBillable: position.nonBillable,
      sourceUpdatedOn: organisation.changedOn(position, [[position.account, organisation.client(position.account)], [place.clientId, client]]),
    }
  })
}
