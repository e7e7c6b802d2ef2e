import { describe, expect, it } from 'vitest'
import { readByOffset, type OffsetPage } from './limit-offset.js'

/** A set that is read by offset, and what happens to it before certain pages. */
class MovingSet {
  ids: number[]
  pages = 0

  constructor(
    count: number,
    readonly before: Record<number, (ids: number[]) => number[]> = {},
  ) {
    this.ids = Array.from({ length: count }, (_, at) => at + 1)
  }

  read = ({ limit, offset }: { limit: number; offset: number }): Promise<OffsetPage<{ id: number }>> => {
    this.ids = this.before[++this.pages]?.(this.ids) ?? this.ids
    return Promise.resolve({ rows: this.ids.slice(offset, offset + limit).map((id) => ({ id })), total: this.ids.length })
  }
}

const options = { what: 'rows', limit: 5, idOf: (row: { id: number }) => row.id }
const readAll = async (set: MovingSet) => (await readByOffset(set.read, options)).map(({ id }) => id)
const without = (...gone: number[]) => (ids: number[]) => ids.filter((id) => !gone.includes(id))

describe('reading by offset', () => {
  it.each([0, 1, 4, 5, 6, 9, 10, 13])('gives every one of %s rows once', async (count) => {
    const set = new MovingSet(count)
    expect(await readAll(set)).toEqual(set.ids)
  })

  it('reads a set of one page with one request', async () => {
    const set = new MovingSet(5)
    await readAll(set)
    expect(set.pages).toBe(1)
  })

  it.each([
    ['a row was deleted before the page', without(2)],
    ['a row was deleted, and another one added at the end', (ids: number[]) => [...without(2)(ids), 99]],
    ['a row was inserted before the page', (ids: number[]) => [0, ...ids]],
    ['a row was touched and went to the end', (ids: number[]) => [...without(3)(ids), 3]],
    ['a row was added at the end', (ids: number[]) => [...ids, 99]],
    ['a row behind the page was deleted', without(11)],
    ['the rows came in another order', (ids: number[]) => ids.toReversed()],
    ['the last row of the page was deleted and another added', (ids: number[]) => [...without(5)(ids), 99]],
  ])('reads again when %s between two pages', async (_, change) => {
    const set = new MovingSet(12, { 2: change })
    expect((await readAll(set)).toSorted((a, b) => a - b)).toEqual(set.ids.toSorted((a, b) => a - b))
    expect(set.pages).toBeGreaterThan(3)
  })

  it('gives nothing out of a set that moves in every reading', async () => {
    let next = 100
    const restless = new MovingSet(12, Object.fromEntries(Array.from({ length: 50 }, (_, at) => [at + 1, (ids: number[]) => [next++, ...ids]])))
    await expect(readAll(restless)).rejects.toMatchObject({ code: 'V3010', isRetryable: true, message: expect.stringContaining('the rows moved while they were read, 4 times over') as string })
    expect(restless.pages).toBe(8)
  })

  it('stops where a source without totals sends a page that is not full', async () => {
    const set = new MovingSet(12)
    const rows = await readByOffset(async (page) => ({ ...(await set.read(page)), total: undefined }), options)
    expect(rows.map(({ id }) => id)).toEqual(set.ids)
  })
})
