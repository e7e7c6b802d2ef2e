import { beforeAll, expect, it } from 'vitest'
import { sql } from 'drizzle-orm'
import { ledgerTables, alignTable, t, table } from '@varve/core'
import { describeEngines } from '../../../test-support/engines.ts'
import { dimensionDefinition, parseDefinition, verifyDimension, type DimensionDefinition, type HousekeepingNames, type VerifyRuleName } from '../src/index.ts'
import { storeDamaged, storeVersions, type StoredVersion } from './stored-versions.ts'

const batch = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const declared = table('crm.dim site', { region: t.text().notNull(), id: t.integer().notNull().named('Site "Id"'), name: t.text(), tags: t.json<unknown>(), email: t.text() })
const housekeeping = { surrogateKey: 'site_sk', validFrom: 'valid_from', validTo: 'valid_to', isCurrent: 'is_current', openedBy: 'etl_batch_id', closedBy: 'closed_by_batch_id', recordHash: 'record_hash' } as const
const open = dimensionDefinition(declared, { key: ['region', 'id'], overwrite: ['email'], housekeeping })
const dated = dimensionDefinition(declared, { key: ['region', 'id'], overwrite: ['email'], openEnd: '9999-12-31', housekeeping })
const rules: VerifyRuleName[] = ['missing-value', 'length', 'overlap', 'several-current', 'current-flag', 'equal-neighbours', 'surrogate-key', 'record-hash', 'opened-by', 'closed-by', 'hand-over']

const [jan, feb, mar, apr] = ['2025-01-01T00:00:00Z', '2025-02-01T00:00:00.000001Z', '2025-03-01T00:00:00Z', '2025-04-01T00:00:00Z']

/** A version that is right; `changes` make it wrong. */
const version = (surrogateKey: number, id: number, validFrom: string, validTo: string | null, changes: object = {}) => ({
  surrogateKey, region: 'a|b', id, name: `name ${surrogateKey}`, tags: null, email: null, validFrom, validTo, isCurrent: validTo === null,
  openedBy: batch(surrogateKey === 2 ? 2 : 1), closedBy: validTo === null ? null : batch(2), recordHash: 'a'.repeat(64), ...changes,
})
const sound = [version(1, 1, jan, feb), version(2, 1, feb, null), version(3, 2, jan, feb), version(4, 2, mar, null), version(5, 3, jan, null)]

const stored = (definition: DimensionDefinition, versions: readonly StoredVersion[]) => versions.map((each) => ({ ...each, validTo: each['validTo'] ?? definition.openEnd }))

describeEngines('verifying a dimension', (context) => {
  beforeAll(async () => {
    const { engine } = context
    await Promise.resolve()
    for (const { spec } of ledgerTables) await alignTable(engine, spec)
    for (const [number, status] of [[1, 'succeeded'], [2, 'committed'], [3, 'failed'], [4, 'abandoned'], [5, 'running']] as const) {
      await engine.query(sql`insert into varve.etl_batches (batch_id, pipeline, batch_type, status, host, process_id, started_at) values (${batch(number)}, 'p', 't', ${status}, 'h', ${1}, ${jan})`)
    }
  })

  it.each([{ title: 'an open end that is NULL', definition: open }, { title: 'a high date', definition: dated }])('passes a sound history, with $title, and says which rules it tried', async ({ definition }) => {
    await storeDamaged(context.engine, definition, stored(definition, sound))
    expect(await verifyDimension(context.engine, definition)).toEqual({ isSound: true, rules, findings: [] })
  })

  it('passes an empty dimension', async () => {
    await storeDamaged(context.engine, open, [])
    expect(await verifyDimension(context.engine, open)).toEqual({ isSound: true, rules, findings: [] })
  })

  const ids = (count: number) => Array.from({ length: count }, (_, at) => at + 10)
  type Case = { title: string; damage: StoredVersion[]; found: [rule: VerifyRuleName, offending: number, ids: (number | null)[], message: string][] }
  const cases: Case[] = [
    {
      title: 'an overlap, also with a version that is not the neighbour',
      damage: [version(10, 9, jan, apr), version(11, 9, feb, mar, { openedBy: batch(1) }), version(12, 9, '2025-03-15T00:00:00Z', null)],
      found: [['overlap', 2, [9, 9], '2 versions begin before an earlier version of their member has ended']],
    },
    {
      title: 'two versions that begin at once',
      damage: [version(10, 9, jan, feb), version(11, 9, jan, mar)],
      found: [['overlap', 1, [9], '1 version begins before an earlier version of its member has ended']],
    },
    {
      title: 'an open version that is not the last',
      damage: [version(10, 9, jan, null), version(11, 9, feb, mar)],
      found: [['overlap', 1, [9], '1 version begins before an earlier version of its member has ended']],
    },
    { title: 'no length', damage: [version(10, 9, jan, jan)], found: [['length', 1, [9], '1 version does not end after its begin']] },
    {
      title: 'no length within another version, which is no overlap',
      damage: [version(10, 9, jan, apr), version(11, 9, feb, feb), version(12, 9, mar, feb)],
      found: [['length', 2, [9, 9], '2 versions do not end after their begin']],
    },
    { title: 'a negative length', damage: [version(10, 9, feb, jan), version(11, 8, mar, jan)], found: [['length', 2, [8, 9], '2 versions do not end after their begin']] },
    {
      title: 'several current versions of one member',
      damage: [version(10, 9, jan, null), version(11, 9, feb, null), version(12, 9, mar, null)],
      found: [['overlap', 2, [9, 9], '2 versions begin before an earlier version of their member has ended'], ['several-current', 3, [9, 9, 9], '3 versions are open beside another open version of their member']],
    },
    {
      title: 'two current versions that begin at once',
      damage: [version(10, 9, jan, null), version(11, 9, jan, null)],
      found: [['overlap', 1, [9], '1 version begins before an earlier version of its member has ended'], ['several-current', 2, [9, 9], '2 versions are open beside another open version of their member']],
    },
    {
      title: 'flags that disagree with the interval',
      damage: [version(10, 7, jan, null, { isCurrent: false }), version(11, 8, jan, feb, { isCurrent: true }), version(12, 9, jan, feb, { isCurrent: null })],
      found: [['current-flag', 3, [7, 8, 9], '3 versions are open or closed other than their "is_current" says']],
    },
    {
      title: 'touching versions with the same tracked values',
      damage: [version(10, 9, jan, feb, { name: null, tags: { a: 1, b: 2 }, email: 'x' }), version(11, 9, feb, null, { name: null, tags: { b: 2, a: 1 }, email: 'y', openedBy: batch(2) })],
      found: [['equal-neighbours', 1, [9], '1 version begins where another ends that has the same tracked values']],
    },
    { title: 'no equal neighbours where the member was away', damage: [version(10, 9, jan, feb, { name: 'x' }), version(11, 9, mar, null, { name: 'x' })], found: [] },
    { title: 'no equal neighbours where NULL became the empty string', damage: [version(10, 9, jan, feb, { name: null }), version(11, 9, feb, null, { name: '', openedBy: batch(2) })], found: [] },
    {
      title: 'no begin, no key',
      damage: [version(10, 9, jan, feb, { validFrom: null }), version(11, 9, jan, null, { region: null })],
      found: [['missing-value', 2, [9, 9], '2 versions have no value in the key or the interval']],
    },
    {
      title: 'a surrogate key that is taken, or none',
      damage: [version(1, 9, jan, null), version(10, 8, jan, null, { surrogateKey: null })],
      found: [['surrogate-key', 3, [1, 8, 9], '3 versions have no "site_sk" of their own']],
    },
    {
      title: 'no fingerprint',
      damage: [version(10, 8, jan, null, { recordHash: null }), version(11, 9, jan, null, { recordHash: '' })],
      found: [['record-hash', 2, [8, 9], '2 versions have no "record_hash"']],
    },
    {
      title: 'an opener that is none',
      damage: [version(10, 5, jan, null, { openedBy: batch(3) }), version(11, 6, jan, null, { openedBy: batch(4) }), version(12, 7, jan, null, { openedBy: batch(5) }), version(13, 8, jan, null, { openedBy: batch(6) }), version(14, 9, jan, null, { openedBy: null })],
      found: [['opened-by', 5, [5, 6, 7, 8, 9], '5 versions were opened by no batch that the ledger knows to have succeeded']],
    },
    {
      title: 'a closer that is none, and one where nothing is closed',
      damage: [version(10, 6, jan, feb, { closedBy: null }), version(11, 7, jan, feb, { closedBy: batch(3) }), version(12, 8, jan, feb, { closedBy: batch(6) }), version(13, 9, jan, null, { closedBy: batch(1) })],
      found: [['closed-by', 4, [6, 7, 8, 9], '4 versions are closed by no batch that the ledger knows to have succeeded, or are open and have one']],
    },
    {
      title: 'a change that two batches made',
      damage: [version(10, 9, jan, feb), version(11, 9, feb, null)],
      found: [['hand-over', 1, [9], '1 version was opened by another batch than the one that closed the version before it']],
    },
    {
      title: 'more than are shown, with the exact count',
      damage: ids(7).map((id) => version(id, id, jan, null, { recordHash: null })),
      found: [['record-hash', 7, [10, 11, 12, 13, 14], '7 versions have no "record_hash"']],
    },
  ]

  for (const { title, definition } of [{ title: 'NULL', definition: open }, { title: 'a high date', definition: dated }]) {
    it.each(cases)(`names $title (open end: ${title})`, async ({ damage, found }) => {
      await storeDamaged(context.engine, definition, stored(definition, [...sound, ...damage]))
      const { isSound, findings } = await verifyDimension(context.engine, definition)
      expect(findings.map(({ rule, offending, samples, message }) => [rule, offending, samples.map(({ key }) => key.id), message])).toEqual(found.map(([rule, offending, keys, message]) => [rule, offending, keys, `crm.dim site: ${message}`]))
      expect(isSound).toBe(found.length === 0)
    })
  }

  it('names a closed version without an end where an open end is a high date', async () => {
    await storeDamaged(context.engine, dated, [...stored(dated, sound), version(10, 9, jan, null, { isCurrent: false, closedBy: batch(2) })])
    const { findings } = await verifyDimension(context.engine, dated)
    expect(findings).toEqual([{ rule: 'missing-value', offending: 1, message: 'crm.dim site: 1 version has no value in the key or the interval', samples: [{ key: { region: 'a|b', id: 9 }, validFrom: jan, validTo: null }] }])
  })

  it('shows the interval of an offender, an open end as null', async () => {
    await storeDamaged(context.engine, dated, stored(dated, [version(10, 9, feb, null, { recordHash: null }), version(11, 9, jan, feb, { recordHash: null, closedBy: batch(1) })]))
    const { findings } = await verifyDimension(context.engine, dated, { samples: 10 })
    expect(findings[0]?.samples).toEqual([{ key: { region: 'a|b', id: 9 }, validFrom: jan, validTo: feb }, { key: { region: 'a|b', id: 9 }, validFrom: feb, validTo: null }])
  })

  it('knows the versions of the batch that it is asked within', async () => {
    await storeDamaged(context.engine, open, [version(1, 1, jan, null, { openedBy: batch(5) })])
    expect((await verifyDimension(context.engine, open)).findings.map(({ rule }) => rule)).toEqual(['opened-by'])
    expect((await verifyDimension(context.engine, open, { within: batch(5) })).isSound).toBe(true)
  })

  it('is told of the rules that a dimension has no columns for', async () => {
    const bare = parseDefinition({ table: 'dim_bare', columns: { id: 'integer', name: 'text' }, key: ['id'], housekeeping: {} })
    await storeVersions(context.engine, bare, [{ id: 1, name: 'x', validFrom: jan, validTo: null }])
    expect(await verifyDimension(context.engine, bare)).toEqual({ isSound: true, rules: ['missing-value', 'length', 'overlap', 'several-current', 'equal-neighbours'], findings: [] })
  })

  it('holds names that its own statements could use', async () => {
    const names: HousekeepingNames = { surrogateKey: 'varve_alike' }
    const odd = parseDefinition({ table: 'varve_known_batches', columns: { offending: 'integer', reach: 'integer', v: 'text', found: 'text' }, key: ['offending', 'reach'], housekeeping: names })
    await storeDamaged(context.engine, odd, [{ offending: 1, reach: 2, v: 'x', found: null, validFrom: jan, validTo: jan, surrogateKey: 1 }])
    expect((await verifyDimension(context.engine, odd)).findings.map(({ rule, samples }) => [rule, samples[0]?.key])).toEqual([['length', { offending: 1, reach: 2 }]])
  })

  it('fails where the table is not there', async () => {
    const absent = parseDefinition({ table: 'dim_absent', columns: { id: 'integer' }, key: ['id'] })
    await expect(verifyDimension(context.engine, absent)).rejects.toMatchObject({ code: 'V3013' })
  })
})

describeEngines('verifying a dimension where there is no ledger', (context) => {
  it('names every version as one of unknown origin', async () => {
    await storeDamaged(context.engine, open, sound)
    expect((await verifyDimension(context.engine, open)).findings.map(({ rule, offending }) => [rule, offending])).toEqual([['opened-by', 5], ['closed-by', 2]])
  })
})
