import type { InvalidRow, TracktikEmployee } from '@varve/connectors'
import type { Engine, ExtractContext, LoadContext } from '@varve/core'
import type { StagedLoad } from '@varve/scd2'
import { latestInstant } from '../latest-instant.js'
import type { Organisation } from '../organisation.js'
import { ClientDimension, clientRows } from './dim-clients.js'
import { EmployeeDimension, employeeRows } from './dim-employees.js'
import { PositionDimension, positionRows } from './dim-positions.js'
import { RegionDimension, regionRows } from './dim-regions.js'
import { SiteDimension, siteRows } from './dim-sites.js'

/** What the dimensions are made of. */
export interface DimensionSource {
  readonly organisation: Organisation
  readonly employees: readonly TracktikEmployee[]
  /** Whether those are all, or those of some regions. */
  readonly areAllEmployees: boolean
  /** Rows that are there, and could not be read: their members live on as they were. */
  readonly invalidIds: (...resources: readonly InvalidRow['resource'][]) => readonly number[]
}

/** The rows of all dimensions, in the engine. */
export type StagedDimensions = ReadonlyMap<string, StagedLoad>

/** The dimensions of the pipeline: all of them read whole and loaded together. */
export class TracktikDimensions {
  readonly #dimensions

  constructor(engine: Engine) {
    this.#dimensions = {
      dim_regions: new RegionDimension(engine),
      dim_clients: new ClientDimension(engine),
      dim_sites: new SiteDimension(engine),
      dim_positions: new PositionDimension(engine),
      dim_employees: new EmployeeDimension(engine),
    }
  }

  get names(): readonly string[] {
    return Object.keys(this.#dimensions)
  }

  /** Pours the rows into staging, all for one instant: that of the source after it was read, or of its latest change. */
  async stage(context: ExtractContext, source: DimensionSource, readAt: string): Promise<{ readonly staged: StagedDimensions; readonly at: string }> {
    const { organisation, employees, areAllEmployees, invalidIds } = source
    const unread = (key: string, ...resources: readonly InvalidRow['resource'][]) => invalidIds(...resources).map((id) => ({ [key]: id, sourceUpdatedOn: null }))
    const rows = {
      dim_regions: [...regionRows(organisation), ...unread('regionId', 'regions')],
      // What kind of client one is that could not be read is not known: it is taken for either.
      dim_clients: [...clientRows(organisation), ...unread('clientId', 'clients')],
      dim_sites: [...siteRows(organisation), ...unread('siteId', 'clients')],
      dim_positions: [...positionRows(organisation), ...unread('positionId', 'positions')],
      dim_employees: [...employeeRows(organisation, employees), ...unread('employeeId', 'employees')],
    }
    const instants = Object.values(rows).flatMap((list) => list.flatMap(({ sourceUpdatedOn }) => sourceUpdatedOn ?? []))
    const at = latestInstant([readAt, ...instants])
    const staged = new Map<string, StagedLoad>()
    for (const [name, dimension] of Object.entries(this.#dimensions)) {
      const complete = name !== 'dim_employees' || areAllEmployees
      staged.set(name, await dimension.stage(context, rows[name as keyof typeof rows], { at, complete })) // both have the same names
    }
    return { staged, at }
  }

  /** Merges all of them, and answers those in which any version came or ended. */
  async merge(context: LoadContext, staged: StagedDimensions): Promise<ReadonlySet<string>> {
    const changed = new Set<string>()
    for (const [name, dimension] of Object.entries(this.#dimensions)) {
      const load = staged.get(name)
      if (!load) continue
      const { counts } = await dimension.merge(context, load)
      if (counts.new + counts.changed + counts.closed + counts.reopened > 0) changed.add(name)
    }
    return changed
  }
}
