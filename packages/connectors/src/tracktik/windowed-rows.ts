import { VarveError } from '@varve/core'
import { IdSet } from '../http/paging/id-set.js'
import { inOrder } from '../http/paging/in-order.js'
import { isMoving } from '../http/paging/limit-offset.js'
import { failureKind } from '../http/source-failure.js'
import { day, hour, microsOf, second, utcText, type Micros } from '../time/micros.js'
import { ignoredFilter } from './ignored-filter.js'
import { largestPage, readRows, smallestPage, type Reading } from './read-rows.js'
import type { RawRow, TracktikRow, TracktikRowResource } from './tracktik-rows.js'

/** A span of time, and how it is cut. */
export interface WindowQuery {
  /** Included; an instant such as `2025-03-01T00:00:00Z`. */
  readonly from: string
  /** Not included. */
  readonly to: string
  /** The field whose instants lie in the span. */
  readonly by: string
  readonly regions?: readonly number[] | undefined
  /** Only of these employees. */
  readonly employees?: readonly number[] | undefined
}

interface Window {
  readonly from: Micros
  readonly to: Micros
}

/** The portal takes at most a month, and a month can be as short as this. */
const widest = 28 * day
const narrowest = hour
const atFirst = 2 * day
/** Where a filter is heeded to the day only, rows of the days around are no sign of one that is not heeded at all. */
const leeway = 2 * day
const mostEmployees = 100

/**
 * The rows of a span of time, in windows as wide as the portal bears: wider while they hold little, narrower where it takes too long or
 * where rows move under the reading. Each row comes once.
 */
export async function* windowedRows<R extends TracktikRowResource>(reading: Reading, resource: R, query: WindowQuery, without: readonly string[]): AsyncGenerator<TracktikRow<R>> {
  const span = spanOf(query)
  const limits = { from: exact(query.from), to: exact(query.to) }
  const width = new WindowWidth()
  const seen = new IdSet()
  for (const employees of employeeLists(query.employees)) {
    const read = async (window: Window): Promise<TracktikRow<R>[]> => {
      const rows = await readWindow(reading, resource, { ...query, employees }, without, window, width)
      // The portal includes both ends; here the end of a window is the beginning of the next.
      return rows.filter((row) => {
        const at = exact(String(row.raw[query.by]))
        return at >= Math.max(window.from, limits.from) && at < Math.min(window.to, limits.to)
      })
    }
    for await (const rows of inOrder(cut(span, width), reading.concurrency, read)) {
      // A row that was moved to a later window in the meantime has been here already; its change comes with the next crawl.
      for (const row of rows) if (seen.add(row.id)) yield row
    }
  }
}

async function readWindow<R extends TracktikRowResource>(reading: Reading, resource: R, query: WindowQuery, without: readonly string[], window: Window, width: WindowWidth, limit = largestPage): Promise<TracktikRow<R>[]> {
  const { by, regions, employees } = query
  try {
    const set = {
      query: { [`${by}:between`]: `${utcText(window.from)}|${utcText(window.to)}`, ...(employees && { 'employee:in': employees.join(',') }) },
      regions,
      without,
      check: (rows: readonly RawRow[]) => checkWindow(resource, by, window, rows),
    }
    const rows = await readRows(reading, resource, set, limit)
    width.held(window, rows.length)
    return rows
  } catch (error) {
    const isSlow = failureKind(error) === 'too-much'
    if (!isSlow && !isMoving(error)) throw error
    const middle = Math.floor((window.from + window.to) / 2 / second) * second
    const isNarrow = window.to - window.from < 2 * narrowest
    if (isNarrow && (!isSlow || limit <= smallestPage)) throw error
    reading.log?.warn({ source: 'TrackTik', resource, from: utcText(window.from), to: utcText(window.to), limit }, isSlow ? 'the portal took too long; asking for half as much' : 'rows moved while they were read; reading half as much at once')
    if (isNarrow) return readWindow(reading, resource, query, without, window, width, Math.max(smallestPage, Math.floor(limit / 2)))
    if (isSlow) width.tooWide(window)
    // What lies on the middle comes twice; it is given out once, as whatever comes twice.
    const before = await readWindow(reading, resource, query, without, { from: window.from, to: middle }, width, limit)
    return [...before, ...(await readWindow(reading, resource, query, without, { from: middle, to: window.to }, width, limit))]
  }
}

const fewCalmWindows = 8

/**
 * How wide the next window is: so that it holds a few pages, and no wider than the portal has time for. A portal that took too long for what
 * it had time for before has a bad moment; only what is wider than all that went well is given up, and tried again after a while, which
 * is longer each time.
 */
class WindowWidth {
  #width = atFirst
  #widest = widest
  #proven = 0
  #calm = 0
  #patience = fewCalmWindows

  get next(): Micros {
    return this.#width
  }

  held(window: Window, rows: number): void {
    const width = window.to - window.from
    this.#proven = Math.max(this.#proven, width)
    if (++this.#calm % this.#patience === 0) this.#widest = Math.min(widest, 2 * this.#widest)
    if (rows < largestPage && width >= this.#width) this.#width = Math.min(this.#widest, 2 * width)
    else if (rows > 4 * largestPage) this.#width = Math.max(narrowest, Math.min(this.#width, Math.floor(width / 2)))
  }

  tooWide(window: Window): void {
    const half = Math.max(narrowest, Math.floor((window.to - window.from) / 2))
    if (window.to - window.from > this.#proven) {
      this.#widest = Math.min(this.#widest, half)
      this.#patience *= 2
    }
    this.#proven = Math.min(this.#proven, half)
    this.#width = Math.min(this.#width, half)
    this.#calm = 0
  }
}

/** Cut while they are read, so that each is as wide as was found good by then. */
function* cut(span: Window, width: WindowWidth): Generator<Window> {
  for (let from = span.from; from < span.to; ) {
    const to = Math.min(span.to, from + Math.max(second, Math.floor(width.next / second) * second))
    yield { from, to }
    from = to
  }
}

function checkWindow(resource: string, by: string, window: Window, rows: readonly RawRow[]): void {
  for (const row of rows) {
    const at = microsOf(String(row[by]))
    if (at === undefined || at < window.from - leeway || at > window.to + leeway) throw ignoredFilter(resource, `${by} between ${utcText(window.from)} and ${utcText(window.to)}`, `id ${String(row['id'])} and ${by} ${String(row[by])}`)
  }
}

function employeeLists(employees: readonly number[] | undefined): (readonly number[] | undefined)[] {
  if (!employees) return [undefined]
  const lists: number[][] = []
  for (let at = 0; at < employees.length; at += mostEmployees) lists.push(employees.slice(at, at + mostEmployees))
  return lists
}

/** The span in whole seconds. */
export function spanOf({ from, to }: Pick<WindowQuery, 'from' | 'to'>): { readonly from: Micros; readonly to: Micros } {
  return { from: bound(from, 'from', Math.floor), to: bound(to, 'to', Math.ceil) }
}

/** A bound of the span in whole seconds, the most that portals are known to take in filters. */
function bound(text: string, name: string, round: (seconds: number) => number): Micros {
  const at = exact(text)
  if (Number.isNaN(at)) throw new VarveError('V1009', `"${text}" is no instant for ${name}. Write one such as 2025-03-01T00:00:00Z.`)
  return round(at / second) * second
}

function exact(text: string): Micros {
  return microsOf(text) ?? NaN
}
