import { TracktikClient, tracktikSettings, type Clock, type InvalidRow, type TracktikClientRow, type TracktikEmployee, type TracktikPosition, type TracktikShift } from '@varve/connectors'
import { VarveError, type Environment, type Logger } from '@varve/core'
import { Organisation, type Place } from './organisation.js'
import type { Issue } from './quality/issue.js'
import { spanOf } from './scope.js'
import { shiftRow, type ShiftRow } from './shift/shift-row.js'

/** Where the source is. */
export interface TracktikSource {
  /** The variables that name it and hold its credentials; see `tracktikSettings`. */
  readonly environment: Environment
  /** @defaultValue the machine's */
  readonly clock?: Clock | undefined
}

/** A row of the fact that has its period. */
export type PlacedShift = ShiftRow & { readonly billingPeriodId: string }

const tableOf = { regions: 'dim_regions', clients: 'dim_clients', positions: 'dim_positions', employees: 'dim_employees', shifts: 'fact_shifts', 'work-sessions': 'fact_shifts' } as const

/** One crawl of the source: what it says, and what of it could not be read. */
export class SourceReading {
  readonly client: TracktikClient
  readonly issues: Issue[] = []
  readonly #invalid: InvalidRow[] = []
  readonly #asked = new Set<number>()

  constructor({ environment, clock }: TracktikSource, options: { readonly log: Logger; readonly signal: AbortSignal }) {
    this.client = new TracktikClient(tracktikSettings(environment), { ...options, clock, onInvalid: (row) => this.#refuse(row) })
  }

  /** The ids of rows of a resource that are there, and could not be read. */
  invalidIds(...resources: readonly InvalidRow['resource'][]): readonly number[] {
    return this.#invalid.filter(({ resource }) => resources.includes(resource)).map(({ id }) => id)
  }

  async organisation(seenAt: string): Promise<Organisation> {
    const [regions, clients, positions] = [await all(this.client.regions()), await all(this.client.clients()), await all(this.client.positions())]
    return new Organisation(seenAt, regions, clients, positions)
  }

  employees(regions: readonly number[] | undefined): Promise<TracktikEmployee[]> {
    return all(this.client.employees({ regions }))
  }

  /** The shifts of some days as rows of the fact, in any time zone. */
  shiftsOf(organisation: Organisation, days: { readonly from: string; readonly to: string }, regions: readonly number[] | undefined, isWanted: (row: PlacedShift) => boolean): AsyncGenerator<PlacedShift> {
    return this.#rows(organisation, this.client.shifts({ ...spanOf(days.from, days.to), regions }), isWanted)
  }

  /** The shifts that were changed since then, whenever they are. */
  changedShifts(organisation: Organisation, since: string, regions: readonly number[] | undefined, isWanted: (row: PlacedShift) => boolean): AsyncGenerator<PlacedShift> {
    // What is changed while this runs is read too, or with the next run.
    const to = new Date(Date.parse(organisation.seenAt) + 24 * 3_600_000).toISOString()
    return this.#rows(organisation, this.client.shifts({ from: since, to, by: 'modifiedOn', regions }), isWanted)
  }

  async *#rows(organisation: Organisation, shifts: AsyncIterable<TracktikShift>, isWanted: (row: PlacedShift) => boolean): AsyncGenerator<PlacedShift> {
    for await (const shift of shifts) {
      const row = shiftRow(shift, await this.#placeOf(organisation, shift))
      const { billingPeriodId } = row
      if (billingPeriodId === null) {
        this.issues.push({ type: 'NO_BILLING_PERIOD', severity: 'error', table: 'tracktik.fact_shifts', recordId: String(shift.id), message: `Shift ${shift.id} is on ${row.shiftDate}, which lies in no billing period: it was left out.`, data: { shift_date: row.shiftDate } })
        continue
      }
      const placed = { ...row, billingPeriodId }
      if (isWanted(placed)) yield placed
    }
  }

  /** Shifts do not name their site: their position does. One that was made since the positions were read is asked for. */
  async #placeOf(organisation: Organisation, { account, position: id }: TracktikShift): Promise<Place> {
    if (account !== null && organisation.client(account)) return organisation.placeOf(account)
    if (id !== null && !organisation.position(id) && !this.#asked.has(id)) {
      this.#asked.add(id)
      const positions: TracktikPosition[] = await all(this.client.positions({ ids: [id] }))
      const accounts = positions.flatMap((position) => (position.account === null || organisation.client(position.account) ? [] : [position.account]))
      const clients: TracktikClientRow[] = accounts.length > 0 ? await all(this.client.clients({ ids: accounts })) : []
      organisation.add(clients, positions)
    }
    return organisation.placeOf(organisation.position(id)?.account ?? null)
  }

  #refuse(row: InvalidRow): void {
    this.#invalid.push(row)
    this.issues.push({ type: 'INVALID_ROW', severity: 'error', table: `tracktik.${tableOf[row.resource]}`, recordId: String(row.id), message: `The row of ${row.resource} ${row.id} does not fit: ${row.problem}. It was left out.`, data: { resource: row.resource, row: row.raw } })
  }
}

/** The region of a large customer, with its sub-regions. */
export function customerRegions(organisation: Organisation, customId: string): readonly number[] {
  const root = organisation.regions.find((region) => region.customId === customId)
  if (root) return organisation.tree(root)
  const known = organisation.regions.flatMap((region) => region.customId ?? [])
  throw new VarveError('V1006', `--customer-region is "${customId}", which is the customId of no region. There are ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}.`, { context: { customId } })
}

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const row of rows) list.push(row)
  return list
}
