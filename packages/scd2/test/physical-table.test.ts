import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { alignTable, diffTable, t, table, VarveError } from '@varve/core'
import { dimensionDefinition, physicalTable, Scd2Dimension } from '../src/index.ts'
import { describeEngines } from '../../../test-support/engines.ts'

const definitionOf = (name: string, openEnd: string | null) =>
  dimensionDefinition(table(name, { siteId: t.integer().notNull(), name: t.text() }), { key: ['siteId'], openEnd, housekeeping: { isCurrent: 'is_current', surrogateKey: 'site_sk' } })

describeEngines('the table of a dimension', (context) => {
  it.each([
    { name: 'dim_open', openEnd: null },
    { name: 'dim_dated', openEnd: '9999-12-31' },
  ])('refuses what H1 forbids ($name)', async ({ name, openEnd }) => {
    const { engine } = context
    const physical = physicalTable(definitionOf(name, openEnd))
    await engine.transaction((tx) => alignTable(tx, physical))
    const insert = (id: number, from: string, to: string | null, current: boolean) =>
      engine.query(sql`insert into ${sql.identifier(name)} (site_id, valid_from, valid_to, is_current) values (${id}, ${from}, ${to}, ${current})`)
    const refused = async (work: Promise<unknown>) => {
      const error: unknown = await work.then(() => undefined, (reason: unknown) => reason)
      return error instanceof VarveError ? error.code : error
    }
    await insert(1, '2025-01-01', '2025-02-01', false)
    await insert(1, '2025-02-01', openEnd, true)
    expect(await refused(insert(1, '2025-01-01', '2025-03-01', false)), 'two versions that begin at once').toBe('V3006')
    expect(await refused(insert(1, '2025-04-01', openEnd, true)), 'two current versions').toBe('V3006')
    expect(await refused(insert(2, '2025-02-01', '2025-02-01', false)), 'no length').toBe('V3006')
    expect(await refused(insert(2, '2025-02-01', '2025-01-01', false)), 'negative length').toBe('V3006')
    expect(await refused(insert(2, '2025-02-01', '2025-03-01', true)), 'closed and current').toBe('V3006')
    expect(await refused(insert(2, '2025-02-01', openEnd, false)), 'open and not current').toBe('V3006')
    expect(diffTable(physical, await engine.introspect(undefined, name))).toMatchObject({ changes: [], refusals: [] })
  })

  it('has its key, indexes and checks after a first load made it, which writes its rows before them', async () => {
    const { engine } = context
    const definition = definitionOf('dim_loaded', null)
    const dimension = new Scd2Dimension(engine, definition)
    await dimension.load([{ siteId: 1, name: 'Depot' }, { siteId: 2, name: null }], { at: '2025-01-01' })
    const live = await engine.introspect(undefined, 'dim_loaded')
    expect(diffTable(physicalTable(definition), live)).toMatchObject({ changes: [], refusals: [] })
    expect(live).toMatchObject({ primaryKey: ['site_id', 'valid_from'], hasRows: true })
    expect((await dimension.load([{ siteId: 1, name: 'Yard' }], { at: '2025-02-01' })).counts).toMatchObject({ changed: 1 })
  })
})
