import { beforeAll, expect, it } from 'vitest'
import { t, table } from '@varve/core'
import { describeEngines } from '../../../test-support/engines.ts'
import { diffBetween, dimensionDefinition, parseDefinition, readAsOf, streamDiff } from '../src/index.ts'
import { slicesOf, storeVersions } from './stored-versions.ts'

const definition = dimensionDefinition(
  table('crm.dim "odd"', {
    region: t.text().notNull().named('Region "Code"'),
    id: t.integer().notNull(),
    name: t.text(),
    price: t.decimal(10, 2),
    score: t.float(),
    tags: t.json(),
    code: t.binary(),
    email: t.text(),
    born: t.date(),
    seenBy: t.text(),
    updatedAt: t.timestamp().notNull(),
  }),
  { key: ['region', 'id'], sequence: 'updatedAt', overwrite: ['email'], fixed: ['born'], ignore: ['seenBy'], housekeeping: { isCurrent: 'is_current' } },
)

const nothing = { name: null, price: null, score: null, tags: null, code: null, email: null, born: null, seenBy: null }
const version = (id: number, from: string, to: string | null, values: object) => ({ region: 'a|b', id, ...nothing, ...values, updatedAt: from, validFrom: from, validTo: to, isCurrent: to === null })
const [jan, feb, mar] = ['2025-01-01T00:00:00Z', '2025-02-01T00:00:00.000001Z', '2025-03-01T00:00:00Z']

describeEngines('the difference between two instants', (context) => {
  const kept = version(1, jan, null, { name: 'kept' })
  const gone = version(2, jan, feb, { name: 'gone', code: Buffer.from([1]) })
  const came = version(3, feb, null, { name: 'came', tags: [1] })
  const [before, after] = [version(4, jan, feb, { price: '10.50', score: 1, tags: { a: 1, b: [1, null] }, code: Buffer.from([0]) }), version(4, feb, null, { price: '10.51', tags: { b: [1], a: 1 }, code: Buffer.from([0]), email: 'x' })]
  // Back with the same values: another spelling of the JSON, another sequence, another one who saw it.
  const back = [version(5, jan, feb, { name: 'back', tags: { a: 1, b: 2 }, seenBy: 'x' }), version(5, mar, null, { name: 'back', tags: { b: 2, a: 1.0 }, seenBy: 'y' })]
  const brief = version(6, '2025-01-15T00:00:00Z', '2025-01-20T00:00:00Z', { name: 'brief' })
  const there = [version(7, jan, '2025-01-10T00:00:00Z', { name: 'one' }), version(7, '2025-01-10T00:00:00Z', mar, { name: 'two' }), version(7, mar, null, { name: 'one' })]
  const empty = [version(8, jan, feb, { name: null, born: '2000-01-01' }), version(8, feb, null, { name: '', born: '2000-01-02' })]

  beforeAll(() => storeVersions(context.engine, definition, [kept, gone, came, before, after, ...back, brief, ...there, ...empty]))

  const changed4 = {
    kind: 'changed', key: { region: 'a|b', id: 4 }, before, after,
    columns: { price: { before: '10.50', after: '10.51' }, score: { before: 1, after: null }, tags: { before: { a: 1, b: [1, null] }, after: { b: [1], a: 1 } }, email: { before: null, after: 'x' } },
  }
  const changed8 = { kind: 'changed', key: { region: 'a|b', id: 8 }, before: empty[0], after: empty[1], columns: { name: { before: null, after: '' }, born: { before: '2000-01-01', after: '2000-01-02' } } }

  it('is who left, appeared and changed, column by column, and nobody who is the same at both', async () => {
    expect(await diffBetween(context.engine, definition, jan, mar)).toEqual([
      { kind: 'left', key: { region: 'a|b', id: 2 }, before: gone },
      { kind: 'appeared', key: { region: 'a|b', id: 3 }, after: came },
      changed4,
      changed8,
    ])
  })

  it('sees a member that is away at the second instant as one that left', async () => {
    expect((await diffBetween(context.engine, definition, jan, '2025-02-15')).map(({ kind, key }) => [kind, key.id])).toEqual([['left', 2], ['appeared', 3], ['changed', 4], ['left', 5], ['changed', 7], ['changed', 8]])
  })

  it('reads backwards too', async () => {
    expect(await diffBetween(context.engine, definition, mar, jan)).toEqual([
      { kind: 'appeared', key: { region: 'a|b', id: 2 }, after: gone },
      { kind: 'left', key: { region: 'a|b', id: 3 }, before: came },
      { ...changed4, before: after, after: before, columns: Object.fromEntries(Object.entries(changed4.columns).map(([name, value]) => [name, { before: value.after, after: value.before }])) },
      { ...changed8, before: empty[1], after: empty[0], columns: { name: { before: '', after: null }, born: { before: '2000-01-02', after: '2000-01-01' } } },
    ])
  })

  it('is everybody who was there, from before the first begin on', async () => {
    const all = await readAsOf(context.engine, definition, jan)
    expect(await diffBetween(context.engine, definition, '2024-01-01', jan)).toEqual(all.map((row) => ({ kind: 'appeared', key: { region: row.region, id: row.id }, after: row })))
  })

  it('is nothing at one instant, however it is spelled', async () => {
    expect(await diffBetween(context.engine, definition, feb, '2025-02-01T01:00:00.000001+01:00')).toEqual([])
  })

  it('comes a slice at a time', async () => {
    const slices = await slicesOf(streamDiff(context.engine, definition, jan, mar, { sliceRows: 3 }))
    expect(slices.map((slice) => slice.map(({ key }) => key.id))).toEqual([[2, 3, 4], [8]])
    expect(slices.flat()).toEqual(await diffBetween(context.engine, definition, jan, mar))
  })

  it('refuses what is no instant, before it runs', async () => {
    await expect(diffBetween(context.engine, definition, 'x', jan)).rejects.toThrow('[V1009] from "x" is not an instant')
    expect(() => streamDiff(context.engine, definition, jan, 'x')).toThrow('[V1009] to "x" is not an instant')
  })

  it('works with names as long as names can be', async () => {
    const [key, value] = ['k'.repeat(63), 'v'.repeat(63)]
    const long = parseDefinition({ table: 'dim_long', columns: { [key]: 'integer', [value]: 'text' }, key: [key], housekeeping: { validTo: 'e'.repeat(63) } })
    await storeVersions(context.engine, long, [{ [key]: 1, [value]: 'x', validFrom: jan, validTo: null }])
    expect(await diffBetween(context.engine, long, '2024-01-01', jan)).toEqual([{ kind: 'appeared', key: { [key]: 1 }, after: { [key]: 1, [value]: 'x', validFrom: jan, validTo: null } }])
  })
})
