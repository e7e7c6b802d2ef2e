import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine, type StepCounts } from '@varve/core'
import { createDatabase, type TestDatabase } from '../../../test-support/engines.ts'
import { varve } from './varve.ts'

interface DemoJson {
  readonly runs: readonly { readonly at: string; readonly steps: readonly [{ readonly outcome: { readonly steps: readonly { readonly table: string; readonly counts: StepCounts }[] } }] }[]
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly current: number | null }[]
  readonly timeline: readonly { readonly from: string; readonly to: string | null }[]
  readonly periods: readonly { readonly period: string; readonly shifts: number; readonly billTotal: string }[]
  readonly findings: readonly { readonly type: string }[]
  readonly tenants: {
    readonly runs: readonly { readonly at: string }[]
    readonly tables: readonly { readonly table: string; readonly rows: number; readonly current: number; readonly columns: number }[]
    readonly timeline: readonly object[]
  }
  readonly desk: { readonly runs: readonly { readonly at: string }[]; readonly orphans: readonly { readonly view: string }[]; readonly timeline: readonly object[] }
  readonly reconciliation: { readonly apiCount: number; readonly storedCount: number }
}

describe('the demo', () => {
  let database: TestDatabase
  beforeAll(async () => void (database = await createDatabase('postgres')))
  afterAll(() => database.drop())

  const demo = async () => {
    const { exitCode, json } = await varve(['demo', '--json', '--db', database.url])
    expect(exitCode).toBe(0)
    return json as DemoJson // as its page says
  }
  const written = (run: DemoJson['runs'][number] | undefined) => run?.steps[0].outcome.steps.reduce((sum, { counts }) => sum + counts.new + counts.changed + counts.closed + counts.deleted, 0)

  it('loads a portal twice with two weeks between, and goes on from there the next time', async () => {
    const first = await demo()
    expect(first.runs.map(({ at }) => at.slice(0, 10))).toEqual(['2025-03-10', '2025-03-24'])
    expect(first.periods.map(({ period }) => period)).toEqual(['2025_01', '2025_02', '2025_03', '2025_04', '2025_05', '2025_06', '2025_07'])
    expect(first.timeline.length).toBeGreaterThan(1)
    expect(first.findings.map(({ type }) => type)).toContain('BILL_TOTAL_MISMATCH')
    const employees = first.tables.find(({ table }) => table === 'tracktik.dim_employees')
    expect(employees?.rows).toBeGreaterThan(employees?.current ?? Infinity)
    expect(first.reconciliation.storedCount).toBe(first.reconciliation.apiCount)

    expect(first.tenants.tables.map(({ table, columns }) => [table, columns])).toEqual([['demo_sitetechnology.tickets', 41], ['demo_northpier.tickets', 41]])
    expect(first.tenants.tables.every(({ rows, current }) => rows > current && current > 100)).toBe(true)
    expect(first.tenants.runs.map(({ at }) => at.slice(0, 10))).toEqual(['2025-03-10', '2025-03-17'])
    expect(first.tenants.timeline.length).toBeGreaterThan(1)
    expect(first.desk.orphans.map(({ view }) => view)).toEqual(['comments', 'timesheets'])
    expect(first.desk.timeline.length).toBeGreaterThan(1)

    const second = await demo()
    expect(second.desk.runs.map(({ at }) => at > (first.desk.runs[0]?.at ?? ''))).toEqual([true, true])
    expect(second.tenants.runs.map(({ at }) => at.slice(0, 10))).toEqual(['2025-03-17', '2025-03-24'])
    expect(second.runs.map(({ at }) => at.slice(0, 10))).toEqual(['2025-03-24', '2025-04-07'])
    expect(written(second.runs[0])).toBe(0)
    expect(second.periods.at(-1)?.period).toBe('2025_08')
    expect(second.reconciliation.storedCount).toBe(second.reconciliation.apiCount)
  })

  it('keeps away from a warehouse with the shifts of a real portal', async () => {
    {
      await using engine = await openEngine(database.url)
      await engine.query(sql`update varve.etl_batches set metadata = '{"portal": "acme.example"}' where pipeline = 'tracktik'`)
    }
    const { exitCode, stderr } = await varve(['demo', '--db', database.url])
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Error V1006 This database has shifts of a real portal (acme.example)')])
  })
})
