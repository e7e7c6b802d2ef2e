import { VarveError, type Logger } from '@varve/core'
import { z } from 'zod'
import { describeIssues } from '../http/body/validate.js'
import type { HttpClient } from '../http/http-client.js'
import type { HttpRequest } from '../http/http-request.js'
import { readByOffset } from '../http/paging/limit-offset.js'
import { failureKind } from '../http/source-failure.js'
import { onDemandFields, tracktikRowForms, type RawRow, type TracktikRow, type TracktikRowResource } from './tracktik-rows.js'

/** A row that does not fit what the connector reads. */
export interface InvalidRow {
  readonly resource: TracktikRowResource
  readonly id: number
  readonly problem: string
  readonly raw: RawRow
}

/** What reading needs to know of its client. */
export interface Reading {
  readonly http: HttpClient
  readonly log: Logger | undefined
  readonly onInvalid: ((row: InvalidRow) => void) | undefined
  readonly concurrency: number
}

/** One set of rows of a resource. */
export interface RowSet {
  readonly query: Readonly<Record<string, string | number | undefined>>
  readonly regions: readonly number[] | undefined
  /** On-demand fields that are not asked for. */
  readonly without: readonly string[]
  /** Looks at the rows of each page as they came. @throws VarveError when they are not what was asked for. */
  readonly check?: ((rows: readonly RawRow[]) => void) | undefined
}

export const largestPage = 1000
/** Below this, a page that takes too long does so for another reason. */
export const smallestPage = 50

const pageForm = z.object({
  meta: z.object({ count: z.int().nonnegative() }),
  data: z.array(z.looseObject({ id: z.int().positive() })),
})

type RawWithId = z.output<typeof pageForm>['data'][number]

/** Reads a set whole, with pages no larger than that. Nothing is given out of a set that moved while it was read. */
export async function readRows<R extends TracktikRowResource>(reading: Reading, resource: R, set: RowSet, limit: number): Promise<TracktikRow<R>[]> {
  const { http } = reading
  const asked = (onDemandFields[resource] ?? []).filter((name) => !set.without.includes(name))
  const request = (page: { limit: number; offset: number }): HttpRequest => ({
    path: `/rest/v1/${resource}`,
    // Shifts refuse to be sorted; they come in the order of their ids.
    query: { ...set.query, includeInactive: true, ...(asked.length > 0 && { include: asked.join(',') }), ...(resource !== 'shifts' && { sort: 'id' }), ...page },
    ...(set.regions && { headers: { 'TTC-Region-Filter': set.regions.join(',') } }),
  })
  const rows = await readByOffset<RawWithId>(
    async (page) => {
      const { body } = await http.json(request(page), pageForm)
      checkOnDemand(resource, asked, body.data)
      set.check?.(body.data)
      return { rows: body.data, total: body.meta.count }
    },
    { what: `TrackTik ${resource}`, limit, idOf: (row) => row.id },
  )
  return rows.flatMap((raw) => validRow(reading, resource, raw))
}

/** Reads a set with ever smaller pages while the portal takes too long for them. */
export async function readRowsPatiently<R extends TracktikRowResource>(reading: Reading, resource: R, set: RowSet): Promise<TracktikRow<R>[]> {
  for (let limit = largestPage; ; limit = Math.max(smallestPage, Math.floor(limit / 2))) {
    try {
      return await readRows(reading, resource, set, limit)
    } catch (error) {
      if (failureKind(error) !== 'too-much' || limit <= smallestPage) throw error
      reading.log?.warn({ source: 'TrackTik', resource, limit }, 'the portal took too long; asking for half as much a page')
    }
  }
}

function validRow<R extends TracktikRowResource>(reading: Reading, resource: R, raw: RawWithId): TracktikRow<R>[] {
  const form: z.ZodType<object> = tracktikRowForms[resource]
  const read = form.safeParse(raw)
  // The form is the one of the resource, which the compiler does not see through the index.
  if (read.success) return [{ ...read.data, raw } as unknown as TracktikRow<R>]
  const problem = describeIssues(read.error, raw)
  if (!reading.onInvalid) throw new VarveError('V3010', `TrackTik: ${resource} ${raw.id} does not fit: ${problem}. Nothing of this crawl should be used: the source has changed, or pass onInvalid to leave such rows out.`, { context: { resource, id: raw.id } })
  reading.onInvalid({ resource, id: raw.id, problem, raw })
  return []
}

/** A field that was asked for is there, if only as null: otherwise hours and money would be missing without a word. */
function checkOnDemand(resource: TracktikRowResource, asked: readonly string[], [row]: readonly RawRow[]): void {
  const missing = row ? asked.filter((name) => !(name in row)) : []
  if (missing.length > 0) throw new VarveError('V3010', `TrackTik: ${resource} came without ${missing.join(', ')}, which were asked for by name. The account may lack a right, or the portal does not know them; a summary can be left out with { summary: false }.`, { context: { resource, missing } })
}
