import { RequestProblem } from '../request-problem.js'
import { readConditions, type Predicate } from './connectwise-conditions.js'
import { valueAt, type ConnectwiseRecord } from './connectwise-records.js'
import type { RecordTable } from './record-table.js'

/** What a list request asks for. */
export interface ListRequest {
  readonly matches: Predicate
  readonly pageSize: number
  readonly fields: readonly (readonly string[])[] | undefined
  readonly place: { readonly pageId: number } | { readonly page: number; readonly order: readonly Order[] }
}

/** A page, and where the others are: by what their addresses differ from this one. */
export interface ListPage {
  readonly rows: readonly unknown[]
  readonly links: Readonly<Record<string, { readonly name: 'page' | 'pageId'; readonly value: number }>>
}

interface Order {
  readonly path: readonly string[]
  readonly isFalling: boolean
}

const largestPage = 1000

/** @throws RequestProblem as the source refuses the request. */
export function readListRequest(table: RecordTable, query: URLSearchParams, conditions: string | undefined, isForwardOnly: boolean): ListRequest {
  const order = (query.get('orderBy') ?? '').split(',').filter((text) => text.trim() !== '').map(readOrder)
  const pageSize = wholeNumber(query, 'pageSize', 25)
  if (pageSize < 1 || pageSize > largestPage) throw new RequestProblem(400, `pageSize: ${pageSize} is not between 1 and ${largestPage}`)
  const fields = query.get('fields')?.split(',').map((path) => path.trim().split('/'))
  const asked = { matches: matching(table, conditions), pageSize, fields }
  if (isForwardOnly) {
    if (order.length > 1 || order.some(({ path, isFalling }) => path.join('/') !== 'id' || isFalling)) throw new RequestProblem(400, 'orderBy: forward-only paging has its own order')
    return { ...asked, place: { pageId: wholeNumber(query, 'pageId', 0) } }
  }
  const page = wholeNumber(query, 'page', 1)
  if (page < 1) throw new RequestProblem(400, 'page: the first is 1')
  return { ...asked, place: { page, order } }
}

/** Which rows are meant. */
export function matching(table: RecordTable, conditions: string | undefined): Predicate {
  return conditions === undefined || conditions.trim() === '' ? () => true : readConditions(conditions, table.names)
}

export function listPage(table: RecordTable, { matches, pageSize, fields, place }: ListRequest): ListPage {
  const shown = (rows: readonly ConnectwiseRecord[]) => (fields ? rows.map((row) => project(row, fields)) : rows)
  if ('pageId' in place) {
    const rows: ConnectwiseRecord[] = []
    for (let at = table.placeBehind(place.pageId); at < table.rows.length; at++) {
      const row = table.rows[at]
      if (!row || !matches(row)) continue
      if (rows.length === pageSize) return { rows: shown(rows), links: { next: { name: 'pageId', value: rows.at(-1)?.id ?? 0 } } }
      rows.push(row)
    }
    return { rows: shown(rows), links: {} }
  }
  const { page, order } = place
  const found = table.rows.filter(matches)
  if (order.length > 0) found.sort((a, b) => compare(a, b, order))
  const last = Math.max(1, Math.ceil(found.length / pageSize))
  const to = (value: number) => ({ name: 'page', value }) as const
  return {
    rows: shown(found.slice((page - 1) * pageSize, page * pageSize)),
    links: { ...(page > 1 && { first: to(1), prev: to(Math.min(page - 1, last)) }), ...(page < last && { next: to(page + 1), last: to(last) }) },
  }
}

/** Only these fields, each in the objects that it lies in. */
export function project(row: ConnectwiseRecord, fields: readonly (readonly string[])[]): Record<string, unknown> {
  const shown: Record<string, unknown> = {}
  for (const path of fields) {
    const value = valueAt(row, path)
    if (value === undefined) continue
    let at = shown
    for (const name of path.slice(0, -1)) {
      const inner = at[name]
      at = (typeof inner === 'object' && inner !== null ? inner : (at[name] = {})) as Record<string, unknown> // it is one now
    }
    at[path.at(-1) ?? ''] = value
  }
  return shown
}

function readOrder(text: string): Order {
  const [, path = '', direction = 'asc'] = /^\s*([A-Za-z_][\w/]*)(?:\s+(asc|desc))?\s*$/i.exec(text) ?? []
  if (path === '') throw new RequestProblem(400, `orderBy: "${text}" is no order`)
  return { path: path.split('/'), isFalling: direction.toLowerCase() === 'desc' }
}

function compare(a: ConnectwiseRecord, b: ConnectwiseRecord, order: readonly Order[]): number {
  for (const { path, isFalling } of order) {
    const [left, right] = [valueAt(a, path), valueAt(b, path)]
    if (left === right) continue
    const isLess = left === undefined || (right !== undefined && (typeof left === 'number' && typeof right === 'number' ? left < right : String(left) < String(right)))
    return isLess === isFalling ? 1 : -1
  }
  return 0
}

function wholeNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name)
  if (text === null) return otherwise
  if (!/^\d{1,15}$/.test(text)) throw new RequestProblem(400, `${name}: "${text}" is no whole number`)
  return Number(text)
}
