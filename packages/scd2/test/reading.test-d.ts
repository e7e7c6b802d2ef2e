import { eq } from 'drizzle-orm'
import { describe, expectTypeOf, it } from 'vitest'
import { t, table, type Engine, type Phrases, type TableLike, type Transaction } from '@varve/core'
import { diffBetween, dimensionDefinition, historyTable, parseDefinition, readCurrent, readHistory, streamAsOf, verifyDimension, type DimensionDefinition, type HistorySource, type HousekeepingNames, type MemberKey, type VersionRow } from '../src/index.ts'

declare const engine: Engine

const definition = dimensionDefinition(
  table('crm.dim_site', { region: t.text().notNull(), siteId: t.integer().notNull(), name: t.text(), tags: t.json<string[]>() }),
  { key: ['region', 'siteId'], housekeeping: { surrogateKey: 'site_sk', isCurrent: 'is_current', recordSource: { name: 'source', value: 'otc' } } },
)
interface Site {
  region: string
  siteId: number
  name: string | null
  tags: string[] | null
  surrogateKey: bigint
  validFrom: string
  validTo: string | null
  isCurrent: boolean
  recordSource: string
}

describe('readings', () => {
  it('answer the columns of the table and the housekeeping that the definition names', () => {
    expectTypeOf<VersionRow<typeof definition>>().branded.toEqualTypeOf<Site>()
    expectTypeOf(readCurrent(engine, definition)).resolves.items.branded.toEqualTypeOf<Site>()
    expectTypeOf(streamAsOf(engine, definition, '2025-03-31')).branded.toEqualTypeOf<AsyncIterable<Site[]>>()
    // @ts-expect-error a part that the definition does not name
    expectTypeOf<VersionRow<typeof definition>['openedBy']>().toBeString()
  })

  it('take the key of a member in any spelling of its values', () => {
    type Key = MemberKey<typeof definition>
    expectTypeOf<{ region: string; siteId: string }>().toExtend<Key>()
    expectTypeOf<{ region: string; siteId: boolean }>().not.toExtend<Key>()
    expectTypeOf<keyof Key>().toEqualTypeOf<'region' | 'siteId'>()
    expectTypeOf(readHistory<typeof definition>).parameter(2).toEqualTypeOf<Key>()
  })

  it('take an engine, or a session with the phrases of its engine', () => {
    expectTypeOf<{ session: Transaction; phrases: Phrases }>().toExtend<HistorySource>()
    expectTypeOf<Engine>().toExtend<HistorySource>()
    expectTypeOf<Transaction>().not.toExtend<HistorySource>()
  })

  it('know what a difference holds by its kind', async () => {
    const [difference] = await diffBetween(engine, definition, '2025-03-01', '2025-04-01')
    if (difference?.kind === 'changed') {
      expectTypeOf(difference.columns.name).toEqualTypeOf<{ readonly before: string | null; readonly after: string | null } | undefined>()
      expectTypeOf(difference.before).branded.toEqualTypeOf<Site>()
    }
    if (difference?.kind === 'appeared') expectTypeOf(difference.after.siteId).toEqualTypeOf<number>()
    // @ts-expect-error who left has nothing after
    if (difference?.kind === 'left') expectTypeOf(difference.after).toBeUnknown()
  })

  it('are of unknown columns where the definition comes from JSON', async () => {
    const fromJson = parseDefinition('{}')
    expectTypeOf((await readCurrent(engine, fromJson))[0]?.validTo).toEqualTypeOf<string | null | undefined>()
    void (() => readHistory(engine, fromJson, { id: 1 }))
  })

  it('name offenders by their key', async () => {
    const { findings } = await verifyDimension(engine, definition)
    expectTypeOf(findings[0]?.samples[0]?.key.region).toEqualTypeOf<string | number | bigint | boolean | undefined>()
  })
})

// As a class around a definition has it.
function generic<T extends TableLike, H extends HousekeepingNames>(given: DimensionDefinition<T, H>) {
  return readCurrent(engine, given)
}

describe('a definition whose types are still open', () => {
  it('can be read', () => {
    expectTypeOf(generic(definition)).resolves.items.branded.toEqualTypeOf<Site>()
  })
})

describe('the table of a history', () => {
  it('is a table of drizzle with the same rows', () => {
    const history = historyTable(definition)
    expectTypeOf<typeof history.$row>().branded.toEqualTypeOf<Site>()
    expectTypeOf<typeof history.pg.$inferSelect>().branded.toEqualTypeOf<Site>()
    expectTypeOf<typeof history.mssql.$inferSelect>().branded.toEqualTypeOf<Site>()
    expectTypeOf(history.pg._.name).toEqualTypeOf<'dim_site'>()
    expectTypeOf(history.pg._.schema).toEqualTypeOf<'crm'>()
    void eq(history.pg.isCurrent, true)
    // @ts-expect-error a part that the definition does not name
    void history.pg.openedBy
  })
})
