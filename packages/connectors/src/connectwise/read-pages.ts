import { VarveError, type Logger } from '@varve/core'
import { z } from 'zod'
import { describeIssues } from '../http/body/validate.js'
import type { HttpAnswer } from '../http/exchange.js'
import type { HttpRequest } from '../http/http-request.js'
import { failureStatus } from '../http/source-failure.js'
import { nextLink } from '../http/paging/link-header.js'
import { day, microsOf } from '../time/micros.js'
import { allOf, where, type Condition } from './condition.js'
import type { ConnectwiseHttp } from './connectwise-http.js'
import { connectwiseRowForms, type ConnectwiseRaw, type ConnectwiseResource, type ConnectwiseRow } from './connectwise-rows.js'

/** A row that does not fit what the connector reads. */
export interface InvalidConnectwiseRow {
  readonly resource: ConnectwiseResource
  readonly id: number
  readonly problem: string
  readonly raw: ConnectwiseRaw
}

/** What reading needs to know of its client. */
export interface Reading {
  readonly http: ConnectwiseHttp
  readonly log: Logger | undefined
  readonly onInvalid: ((row: InvalidConnectwiseRow) => void) | undefined
  readonly concurrency: number
  /** Lists that turned out to have no forward-only pages. */
  readonly numbered: Set<ConnectwiseResource>
}

/** One set of rows of a resource. */
export interface RowSet {
  readonly resource: ConnectwiseResource
  readonly path: string
  readonly condition: Condition | undefined
  /** Undefined for all of them. */
  readonly fields: readonly string[] | undefined
  /** Rows that were changed in this span alone; it is part of the condition already. */
  readonly since: Date | undefined
  readonly until: Date | undefined
}

export const largestPage = 1000
const pageForm = z.array(z.looseObject({ id: z.int().positive() }))
const countForm = z.object({ count: z.int().nonnegative() })
/** Where the address gets longer than that, something on the way may cut it off. */
const longestCondition = 6000

export type RawWithId = z.output<typeof pageForm>[number]

/** One answer with rows. */
export interface RawPage {
  readonly rows: readonly RawWithId[]
  readonly next: string | undefined
  /** When it was answered, by the clock of the source. */
  readonly answeredAt: number
}

/** How many rows the source counts. */
export async function countOf(reading: Reading, { path, resource }: Pick<RowSet, 'path' | 'resource'>, condition: Condition | undefined): Promise<number> {
  const { body } = await askCount(reading, path, conditionText(resource, condition))
  return body.count
}

export function askCount({ http }: Reading, path: string, conditions: string | undefined): Promise<HttpAnswer<{ count: number }>> {
  return http.json({ path: `${path}/count`, query: { conditions }, isSmall: true }, countForm)
}

/** Asks for one page. */
export async function readPage({ http }: Reading, set: RowSet, condition: Condition | undefined, page: HttpRequest['query'], headers: Readonly<Record<string, string>> = {}): Promise<RawPage> {
  const answer = await http.json({ path: set.path, query: { conditions: conditionText(set.resource, condition), fields: set.fields?.join(','), ...page }, headers }, pageForm)
  const answeredAt = Date.parse(answer.headers.get('date') ?? '')
  if (set.since || set.until) for (const row of answer.body) checkSpan(set, row, answeredAt)
  return { rows: answer.body, next: nextLink(answer.headers), answeredAt }
}

/**
 * Pages in the order of ids, behind the last id that was seen: whatever is touched, merged or deleted meanwhile moves no page. Forward-only
 * where the source can; else by a condition on the id, which comes to the same.
 */
export async function* pagesById(reading: Reading, set: RowSet, { after = 0, pageSize = largestPage }: { readonly after?: number | undefined; readonly pageSize?: number | undefined } = {}): AsyncGenerator<RawPage> {
  let pageId = after
  for (let last = after; ; ) {
    const page = reading.numbered.has(set.resource) ? await numberedPage(reading, set, last, pageSize) : ((await forwardOnlyPage(reading, set, { last, pageId, pageSize })) ?? (await numberedPage(reading, set, last, pageSize)))
    checkRising(reading, set, last, page.rows)
    if (page.rows.length > 0) yield page
    const end = page.rows.at(-1)?.id
    // A full page without a link may be one whose header got lost on the way: the next answer tells.
    if (end === undefined || (page.next === undefined && page.rows.length < pageSize)) return
    last = end
    pageId = (page.next === undefined ? undefined : pageIdOf(page.next)) ?? end
  }
}

/** The page behind an id; nothing where the source refuses such pages here, or answers another. */
async function forwardOnlyPage(reading: Reading, set: RowSet, { last, pageId, pageSize }: { readonly last: number; readonly pageId: number; readonly pageSize: number }): Promise<RawPage | undefined> {
  try {
    const page = await readPage(reading, set, set.condition, { pageSize, pageId: pageId === 0 ? undefined : pageId }, { 'pagination-type': 'forward-only' })
    if ((page.next === undefined || pageIdOf(page.next) !== undefined) && fallenBehind(page.rows, last) === undefined) return page
  } catch (error) {
    // What else may be wrong with the request is answered again without the header, and then told.
    if (failureStatus(error) !== 400) throw error
  }
  reading.numbered.add(set.resource)
  reading.log?.info({ source: reading.http.source, resource: set.resource }, 'the source has no forward-only pages here; reading behind the last id by a condition')
  return undefined
}

function numberedPage(reading: Reading, set: RowSet, last: number, pageSize: number): Promise<RawPage> {
  return readPage(reading, set, allOf(set.condition, where('id', '>', last)), { pageSize, page: 1, orderBy: 'id asc' })
}

function pageIdOf(address: string): number | undefined {
  const [, id] = /[?&]pageId=(\d+)/i.exec(address) ?? []
  return id === undefined ? undefined : Number(id)
}

/** A row of the form of its resource; nothing when it does not fit and somebody wants to be told. */
export function validRow<R extends ConnectwiseResource>(reading: Reading, resource: R, raw: RawWithId): ConnectwiseRow<R>[] {
  const form: z.ZodType<object> = connectwiseRowForms[resource]
  const read = form.safeParse(raw)
  // The form is the one of the resource, which the compiler does not see through the index.
  if (read.success) return [{ ...read.data, raw } as unknown as ConnectwiseRow<R>]
  const problem = describeIssues(read.error, raw)
  if (!reading.onInvalid) throw new VarveError('V3010', `${reading.http.source}: ${resource} ${raw.id} does not fit: ${problem}. Nothing of this crawl should be used: the source has changed, or pass onInvalid to leave such rows out.`, { context: { resource, id: raw.id } })
  reading.onInvalid({ resource, id: raw.id, problem, raw })
  return []
}

/** When a row was changed, in milliseconds; undefined where it does not say. */
export function changedAt(row: ConnectwiseRaw): number | undefined {
  const info = row['_info']
  const at = typeof info === 'object' && info !== null && 'lastUpdated' in info && typeof info.lastUpdated === 'string' ? microsOf(info.lastUpdated) : undefined
  return at === undefined ? undefined : at / 1000
}

function checkRising({ http }: Reading, { resource }: RowSet, last: number, rows: readonly RawWithId[]): void {
  const fallen = fallenBehind(rows, last)
  if (fallen) throw new VarveError('V3010', `${http.source}: behind ${resource} ${fallen.after} came ${fallen.id}. The source does not page by id, so rows would be repeated or lost; nothing more was read.`, { context: { resource } })
}

/** The first id that does not rise. */
function fallenBehind(rows: readonly RawWithId[], last: number): { readonly id: number; readonly after: number } | undefined {
  let after = last
  for (const { id } of rows) {
    if (id <= after) return { id, after }
    after = id
  }
  return undefined
}

/** A condition that is accepted and not heeded is found out by rows that cannot have moved: changed long before the span, or behind it. */
function checkSpan({ resource, since, until }: RowSet, row: RawWithId, answeredAt: number): void {
  const at = changedAt(row)
  const leeway = day / 1000
  if (at === undefined || !((since && at < since.getTime() - leeway) || (until && at >= until.getTime() + leeway && at < answeredAt - leeway))) return
  throw new VarveError('V3010', `ConnectWise: asked for ${resource} changed${since ? ` from ${since.toISOString()}` : ''}${until ? ` to ${until.toISOString()}` : ''}, and got ${row.id}, changed at ${new Date(at).toISOString()}: the condition was accepted and not heeded. Nothing of this answer was used.`, { context: { resource } })
}

function conditionText(resource: string, condition: Condition | undefined): string | undefined {
  const length = condition ? encodeURIComponent(condition.text).length : 0
  if (length > longestCondition) throw new VarveError('V1009', `The condition on ${resource} takes ${length} characters of the address, and no more than ${longestCondition} are safe. Ask in parts; ids are split by themselves when they are given as ids.`)
  return condition?.text
}
