import { day, microsOf } from '../../time/micros.js'
import { renderRow, valueAt, type RenderedRow, type Shown } from './render.js'
import { RequestProblem } from '../request-problem.js'
import { fieldsOf, isInactive } from './tracktik-fields.js'
import { passes, readFilters, type Filter } from './tracktik-filter.js'
import type { TracktikRecords, TracktikResource } from './tracktik-records.js'
import type { TracktikWorld } from './tracktik-world.js'

const largestLimit = 1000

/** What a list request asks for. */
export interface ListRequest {
  readonly limit: number
  readonly offset: number
  readonly filters: readonly Filter[]
  readonly shown: Shown
  readonly sort: readonly { readonly path: readonly string[]; readonly isFalling: boolean }[]
  readonly scopes: readonly string[]
  readonly query: URLSearchParams
  /** Days asked for times rows a page: what makes the source slow. */
  readonly weight: number
}

/** @throws RequestProblem as the source refuses the request. */
export function readListRequest(resource: TracktikResource, query: URLSearchParams, ignored: ReadonlySet<string>): ListRequest {
  const limit = Math.min(largestLimit, wholeNumber(query, 'limit', 100))
  const filters = readFilters(resource, query, ignored)
  const sort = (query.get('sort') ?? '').split(',').filter(Boolean)
  if (resource === 'shifts' && sort.length > 0) throw new RequestProblem(400, 'Sorting of shifts is not supported')
  return {
    limit,
    offset: wholeNumber(query, 'offset', 0),
    filters,
    shown: readShown(resource, query),
    sort: sort.map((path) => ({ path: path.replace(/^-/, '').split('.'), isFalling: path.startsWith('-') })),
    scopes: (query.get('scope') ?? '').split(',').filter(Boolean),
    query,
    weight: resource === 'shifts' || resource === 'work-sessions' ? limit * daysAsked(filters) : 0,
  }
}

/** The page, and how many rows there are in all. */
export function listPage(world: TracktikWorld, resource: TracktikResource, request: ListRequest, regions: ReadonlySet<number> | undefined): { readonly rows: RenderedRow[]; readonly count: number } {
  const found = [...matching(world, resource, request, regions)]
  const { sort, offset, limit, shown } = request
  // They are kept in the order of their ids.
  if (sort.length > 0) found.sort((a, b) => {
    for (const { path, isFalling } of sort) {
      const order = byValue(valueAt(world, resource, a, path), valueAt(world, resource, b, path))
      if (order !== 0) return isFalling ? -order : order
    }
    return a.id - b.id
  })
  return { rows: found.slice(offset, offset + limit).map((record) => renderRow(world, resource, record, shown)), count: found.length }
}

function* matching<R extends TracktikResource>(world: TracktikWorld, resource: R, request: ListRequest, regions: ReadonlySet<number> | undefined): Generator<TracktikRecords[R]> {
  const { query, filters, scopes } = request
  const search = query.get('q')?.toLowerCase()
  const tree = query.get('subRegionTreeOfRegionId')
  const inTree = tree === null ? undefined : regionTree(world, Number(tree))
  for (const record of world.all(resource)) {
    if (isInactive(resource, record) && query.get('includeInactive') !== 'true') continue
    if (inTree && !inTree.has(record.id)) continue
    if (regions && !regions.has(regionOf(world, resource, record) ?? -1)) continue
    if (!filters.every((filter) => passes(world, resource, record, filter))) continue
    if (!scopes.every((scope) => scope.split('|').some((one) => inScope(world, record, one)))) continue
    if (search !== undefined && !['name', 'company', 'customId', 'firstName', 'lastName'].some((name) => String(valueAt(world, resource, record, [name]) ?? '').toLowerCase().includes(search))) continue
    yield record
  }
}

/** Where a record belongs, for the region header. */
function regionOf(world: TracktikWorld, resource: TracktikResource, record: TracktikRecords[TracktikResource]): number | undefined {
  if (resource === 'regions') return record.id
  if ('region' in record) return record.region
  const position = 'account' in record ? record : 'position' in record ? world.find('positions', record.position) : undefined
  return position && world.find('clients', position.account)?.region
}

function regionTree(world: TracktikWorld, root: number): ReadonlySet<number> {
  const tree = new Set([root])
  for (let before = 0; before < tree.size; ) {
    before = tree.size
    for (const { id, parentRegion } of world.all('regions')) if (parentRegion !== null && tree.has(parentRegion)) tree.add(id)
  }
  return tree
}

function inScope(world: TracktikWorld, record: TracktikRecords[TracktikResource], scope: string): boolean {
  if (!('startsAt' in record) || !('attendanceStatus' in record)) throw new RequestProblem(400, `${scope} is not a scope here`)
  switch (scope) {
    case 'VACANT':
      return record.employee === null
    case 'NOT_VACANT':
      return record.employee !== null
    case 'NEEDS_APPROVAL':
      return record.clocked !== null && record.approved === null
    case 'IN_THE_FUTURE':
      return record.startsAt > world.now
    case 'PUBLISHED':
      return true
    default:
      throw new RequestProblem(400, `${scope} is not a scope of shifts that the simulator knows`)
  }
}

function readShown(resource: TracktikResource, query: URLSearchParams): Shown {
  const fields = fieldsOf(resource)
  const named = (name: string) => {
    if (!((name.split(/[.|]/)[0] ?? '') in fields)) throw new RequestProblem(400, `${name} is not a field in ${resource}`)
    return name
  }
  const include = new Set((query.get('include') ?? '').split(',').filter(Boolean).map(named))
  // One tenant answers so when relations of shifts are to be expanded.
  for (const name of include) if (resource === 'shifts' && fields[name]?.kind === 'relation') throw new RequestProblem(400, `${name} cannot be included in shifts`)
  const only = (query.get('fields') ?? '').split(',').filter(Boolean)
  if (only.length === 0) return { include }
  return { include, only: new Map(only.map((text) => [named(text.split(':')[0] ?? ''), text.split(':')[1] ?? text])) }
}

function wholeNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name)
  if (text === null) return otherwise
  if (!/^\d{1,9}$/.test(text) || (name === 'limit' && Number(text) === 0)) throw new RequestProblem(400, `${name} is not a number: ${text}`)
  return Number(text)
}

/** The days of the narrowest window; what is not heeded, or names its rows, costs nothing. */
function daysAsked(filters: readonly Filter[]): number {
  if (filters.some(({ operator, isIgnored }) => isIgnored || operator === 'in' || operator === 'is')) return 0
  const windows = filters.flatMap(({ operator, operand }) => {
    const [from, to] = operator === 'between' ? operand.split('|').map(microsOf) : []
    return from === undefined || to === undefined ? [] : [(to - from) / day]
  })
  return windows.length === 0 ? 0 : Math.min(...windows)
}

function byValue(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a ?? ''), String(b ?? '')]
  return left < right ? -1 : left > right ? 1 : 0
}
