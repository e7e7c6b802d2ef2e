import { partitionedFact } from '@varve/core'
import { dimensionShape } from '@varve/scd2'
import { ClientDimension } from '../dimension/dim-clients.js'
import { EmployeeDimension } from '../dimension/dim-employees.js'
import { PositionDimension } from '../dimension/dim-positions.js'
import { SiteDimension } from '../dimension/dim-sites.js'
import { shiftTable } from './shift-table.js'
import { shiftRules } from './shift-rules.js'

/** What a member is called that a shift refers to and no look at the source has shown. */
const unknown = '(not known yet)'

/** The shifts, cut by billing period. A shift is known by its id alone: one that moves to another period leaves its old one. */
export class ShiftFact extends partitionedFact(shiftTable, {
  identity: ['shiftId'],
  sequence: 'modifiedOn',
  eventTime: 'startDatetime',
  dimensions: {
    employeeKey: { dimension: dimensionShape(EmployeeDimension.definition), by: ['employeeId'], missing: 'infer' },
    positionKey: { dimension: dimensionShape(PositionDimension.definition, { name: unknown, positionType: 'REGULAR' }), by: ['positionId'], missing: 'infer' },
    siteKey: { dimension: dimensionShape(SiteDimension.definition, { name: unknown }), by: ['siteId'], missing: 'infer' },
    clientKey: { dimension: dimensionShape(ClientDimension.definition, { name: unknown }), by: ['clientId'], missing: 'infer' },
  },
  measures: shiftRules,
  batchId: 'etlBatchId',
  createdAt: 'createdAt',
  updatedAt: 'updatedAt',
  homeless: 'find',
  partitionName: (bound) => `fact_shifts_${bound.kind === 'list' ? bound.values.join('_') : (bound.from ?? '')}`,
}) {}

