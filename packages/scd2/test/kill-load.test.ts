import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine, type Point } from '@varve/core'
import { bundleProgram, type ChildProgram } from '../../../test-support/child-program.ts'
import { copiesOf, type Copies } from '../../../test-support/database-copies.ts'
import { SiteDimension, siteLoads } from './child/site-loads.ts'
import { modelledCounts, modelledSites, storedSites, writtenRows } from './stored-sites.ts'

// Every statement takes minutes: VARVE_KILLS=1 tries them all. By default it is each of so many, beginning with another one each day.
const step = Number(process.env['VARVE_KILLS'] ?? (process.env['CI'] ? 5 : 15))
const points: readonly Point[] = ['load.step', 'batch.committing', 'transaction.committed']

const before = modelledSites('first')
const after = modelledSites('first', 'second')

describe('a process that is killed while it loads a dimension', () => {
  let program: ChildProgram
  const prepared: Partial<Record<'pglite' | 'postgres', Copies>> = {}
  const loaded = async (engineName: 'pglite' | 'postgres') => (prepared[engineName] ??= await copiesOf(engineName, async (url) => {
    const { code, errors } = await program.start(url, 'first', 'wait').ended
    if (code !== 0) throw new Error(errors)
  }))
  beforeAll(async () => {
    program = await bundleProgram(fileURLToPath(new URL('./child/load-sites.ts', import.meta.url)))
  })
  afterAll(async () => {
    program?.remove()
    for (const copies of Object.values(prepared)) await copies.remove()
  })

  it(`between any two statements leaves all of the load or nothing, and the next one completes it (postgres, each ${step}th)`, async () => {
    const copies = await loaded('postgres')
    const undisturbed = await program.start(await copies.copy(), 'second', 'wait').ended
    const { statements } = JSON.parse(undisturbed.output) as { readonly statements: number }
    expect(statements).toBeGreaterThan(50)
    const outcomes = new Set<string>()
    for (let at = 1 + (new Date().getUTCDate() % step); at <= statements; at += step) {
      const url = await copies.copy()
      expect(await program.start(url, 'second', 'wait', String(at)).ended).toMatchObject({ signal: 'SIGKILL', errors: '' })
      outcomes.add(await expectRecovered(url, `statement ${at} of ${statements}`))
    }
    expect([...outcomes]).toContain('nothing')
  }, 600_000)

  it.each(points)('at %s leaves all of the load or nothing, and the next one completes it (pglite)', async (point) => {
    const url = await (await loaded('pglite')).copy()
    expect(await program.start(url, 'second', 'wait', point).ended).toMatchObject({ signal: 'SIGKILL', errors: '' })
    expect(await expectRecovered(url, point)).toBe(point === 'transaction.committed' ? 'all' : 'nothing')
  }, 120_000)
})

/** The killed load is there as a whole or not at all; the next one makes it whole, and one after that writes nothing. */
async function expectRecovered(url: string, where: string): Promise<'all' | 'nothing'> {
  await using engine = await openEngine(url, { wait: 'wait' })
  const sites = new SiteDimension(engine)
  const { rows, at, complete } = siteLoads.second
  const found = await storedSites(engine)
  const isAll = JSON.stringify(found) === JSON.stringify(after)
  const ownRows = async () => (await writtenRows(engine)).filter((row) => !row.startsWith('load'))
  const writtenBefore = await ownRows()
  const { counts } = await sites.load(rows, { at, complete })
  const { rows: batches } = await engine.query<{ status: string }>(sql`select status from varve.etl_batches where status not in ('succeeded', 'abandoned')`)
  const { isSound } = await sites.verify()
  const left = (await engine.tableNames('varve')).filter((name) => name.startsWith('stage_'))
  expect({ where, found, counts, isSound, batches, left, inTheEnd: await storedSites(engine), rewritten: isAll && (await ownRows()).join() !== writtenBefore.join() }).toEqual({
    where, found: isAll ? after : before, counts: isAll ? modelledCounts('first', 'second', 'second') : modelledCounts('first', 'second'), isSound: true, batches: [], left: [], inTheEnd: after, rewritten: false,
  })
  return isAll ? 'all' : 'nothing'
}
