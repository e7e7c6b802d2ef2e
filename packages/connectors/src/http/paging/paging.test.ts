import { describe, expect, it } from 'vitest'
import { collect } from '../../../test/collect.ts'
import { IdSet } from './id-set.js'
import { inOrder } from './in-order.js'
import { keysetPages } from './keyset.js'
import { linkedPages, nextLink } from './link-header.js'
import { pagesByNumber } from './page-number.js'
import { rowsOf } from './rows-of.js'

const idOf = (id: number) => id

describe('pages by number', () => {
  const pages = (sizes: readonly (readonly number[])[], known?: number, first = 1) => {
    const asked: number[] = []
    const read = ({ page }: { page: number }) => {
      asked.push(page)
      return Promise.resolve({ rows: sizes[page - first] ?? [], ...(known !== undefined && { pages: known }) })
    }
    return { asked, rows: collect(rowsOf(pagesByNumber(read, { what: 'issues', pageSize: 2, first, idOf }))) }
  }

  it('end with a page that is not full', async () => {
    const { asked, rows } = pages([[1, 2], [3]])
    expect([await rows, asked]).toEqual([[1, 2, 3], [1, 2]])
  })

  it('end with an empty page after a full one', async () => {
    const { asked, rows } = pages([[1, 2], [3, 4]])
    expect([await rows, asked]).toEqual([[1, 2, 3, 4], [1, 2, 3]])
  })

  it('end with the last page that the source knows of, and may begin with 0', async () => {
    const { asked, rows } = pages([[1, 2], [3, 4]], 2, 0)
    expect([await rows, asked]).toEqual([[1, 2, 3, 4], [0, 1]])
  })

  it('leave out a row that comes again', async () => {
    expect(await pages([[1, 2], [2, 3], [4]]).rows).toEqual([1, 2, 3, 4])
  })

  it('are refused where the source does not turn the page', async () => {
    await expect(pages([[1, 2], [1, 2]]).rows).rejects.toThrow('issues: page 2 holds only rows that were on earlier pages')
  })
})

describe('linked pages', () => {
  it('are followed to the one that names no next', async () => {
    const pages: Record<string, { rows: number[]; next?: string }> = { a: { rows: [1], next: 'b' }, b: { rows: [], next: 'c' }, c: { rows: [2] } }
    expect(await collect(rowsOf(linkedPages((address) => Promise.resolve({ rows: pages[address]?.rows ?? [], next: pages[address]?.next }), 'a')))).toEqual([1, 2])
  })

  it('are refused where they lead in a circle', async () => {
    const read = (address: string) => Promise.resolve({ rows: [1], next: address === 'a' ? 'b' : 'a' })
    await expect(collect(linkedPages(read, 'a'))).rejects.toThrow('The pages lead in a circle')
  })

  it.each([
    ['<https://x.test/t?page=2>; rel="next", <https://x.test/t?page=6>; rel="last"', 'https://x.test/t?page=2'],
    ['<https://x.test/t?page=6>; rel="last", <https://x.test/t?a=1,2;3&pageId=48213>; title="a, b"; rel=next', 'https://x.test/t?a=1,2;3&pageId=48213'],
    ['<https://x.test/1>; rel="first prev", <https://x.test/3>; rel="alternate next"', 'https://x.test/3'],
    ['<https://x.test/t?page=1>; rel="prev"; title="next"', undefined],
    ['', undefined],
  ])('are found in the header %s', (header, expected) => {
    expect(nextLink(new Headers({ link: header }))).toBe(expected)
  })
})

describe('keyset pages', () => {
  it('miss nothing that stays, whatever comes and goes between them', async () => {
    let ids = [1, 2, 3, 4, 5, 6]
    let pages = 0
    const read = ({ after = 0, pageSize }: { after: number | undefined; pageSize: number }) => {
      if (++pages === 2) ids = [0, 1, 3, 4, 5, 6, 7]
      return Promise.resolve(ids.filter((id) => id > after).slice(0, pageSize))
    }
    expect(await collect(rowsOf(keysetPages(read, { what: 'tickets', pageSize: 3, keyOf: idOf })))).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  it('go on behind the key of an earlier crawl', async () => {
    const read = ({ after = 0 }: { after: number | undefined }) => Promise.resolve([1, 2, 3].filter((id) => id > after))
    expect(await collect(rowsOf(keysetPages(read, { what: 'tickets', pageSize: 10, keyOf: idOf, after: 2 })))).toEqual([3])
  })

  it('are refused where the keys do not rise', async () => {
    await expect(collect(keysetPages(() => Promise.resolve([1, 3, 2]), { what: 'tickets', pageSize: 3, keyOf: idOf }))).rejects.toThrow('tickets: after key 3 came key 2')
  })
})

describe('work in order', () => {
  it('gives results in the order of the items and runs no further ahead than asked', async () => {
    let running = 0
    let most = 0
    const work = async (item: number) => {
      most = Math.max(most, ++running)
      for (let turns = item % 3; turns >= 0; turns--) await new Promise((resolve) => setImmediate(resolve))
      running--
      return item
    }
    expect(await collect(inOrder([1, 2, 3, 4, 5, 6, 7], 3, work))).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(most).toBe(3)
  })

  it('begins nothing that nobody has come near to', async () => {
    const begun: number[] = []
    const results = inOrder([1, 2, 3, 4, 5, 6, 7], 2, (item) => Promise.resolve(begun.push(item)))
    await results.next()
    await results.return(undefined)
    expect(begun).toEqual([1, 2])
  })

  it('throws in its turn, after what came before', async () => {
    const seen: number[] = []
    const run = async () => {
      for await (const item of inOrder([1, 2, 3], 3, (one) => (one === 2 ? Promise.reject(new Error('two')) : Promise.resolve(one)))) seen.push(item)
    }
    await expect(run()).rejects.toThrow('two')
    expect(seen).toEqual([1])
  })
})

it('a set of ids knows numbers and texts', () => {
  const ids = new IdSet()
  expect([0, 1, 8191, 8192, 900_001, 1, 900_001, 'a', 'a', -1, 2 ** 52, 2 ** 52].map((id) => ids.add(id))).toEqual([true, true, true, true, true, false, false, true, false, true, true, false])
  expect(ids.size).toBe(8)
})
