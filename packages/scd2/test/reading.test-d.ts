import { eq } from 'drizzle-orm'
import { describe, expectTypeOf, it } from 'vitest'
import { t, table, type Engine, type TableLike } from '@varve/core'
import { diffBetween, dimensionDefinition, historyTable, parseDefinition, readCurrent, readHistory, streamAsOf, verifyDimension, type DimensionDefinition, type HousekeepingNames, type VersionRow } from '../src/index.ts'

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
    void (async () => (await readCurrent(engine, definition))[0]?.openedBy)
  })

  it('take the key of a member in any spelling of its values', () => {
    void (() => readHistory(engine, definition, { region: 'a', siteId: '1' }))
    // @ts-expect-error a truth value is no number
    void (() => readHistory(engine, definition, { region: 'a', siteId: true }))
    // @ts-expect-error no such column
    void (() => readHistory(engine, definition, { region: 'a', site: 1 }))
    // @ts-expect-error a column that may be NULL is in no key
    void (() => readHistory(engine, definition, { region: 'a', siteId: 1, name: 'x' }))
  })

  it('take an engine, or a session with the phrases of its engine', () => {
    void (() => engine.transaction((session) => readCurrent({ session, phrases: engine.phrases }, definition)))
    // @ts-expect-error a session alone does not know how its engine spells
    void (() => engine.transaction((session) => readCurrent(session, definition)))
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
