import { sql, type SQL } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openEngine, type Engine } from '@varve/core'
import { createDatabase, type TestDatabase } from '../../../test-support/engines.ts'
import { startPortal, type Portal } from './tracktik-portal.ts'
import { storedShifts, trueShifts, wrongKeys } from './tracktik-truth.ts'

const small = { scale: { employees: 12, shiftsPerDay: 5 } }
const hour = 3_600_000_000
const day = 24 * hour

// One database that has been loaded once; each case goes on with a copy of it, and with a portal of the same seed.
let loaded: TestDatabase
beforeAll(async () => {
  loaded = await createDatabase('postgres')
  await using portal = await startPortal(small)
  await using engine = await openEngine(loaded.url)
  await portal.run(engine)
})
afterAll(() => loaded.drop())

interface Case {
  readonly engine: Engine
  readonly portal: Portal
  readonly rows: (query: SQL) => Promise<Record<string, unknown>[]>
  /** Open issues of a type, by record. */
  readonly open: (type: string) => Promise<unknown[]>
}

/** A warehouse that was loaded when it was 10 March in the portal; it is a minute later now. */
async function loadedCase(template: string | undefined = new URL(loaded.url).pathname.slice(1)): Promise<Case> {
  const database = await createDatabase('postgres', template)
  const engine = await openEngine(database.url)
  const portal = await startPortal(small)
  onTestFinished(async () => {
    await portal[Symbol.asyncDispose]()
    await engine.close()
    await database.drop()
  })
  await portal.liveTo('2025-03-10T00:01:00Z')
  const rows = async (query: SQL) => (await engine.query(query)).rows
  const open = async (type: string) => (await rows(sql`select record_id from tracktik.data_quality_issues where issue_type = ${type} and resolved_at is null order by record_id`)).map((row) => row['record_id'])
  return { engine, portal, rows, open }
}

const micros = (instant: string) => Date.parse(instant) * 1000

/** A shift of somebody, that was approved, in a period that is over. */
function closedShift({ simulator }: Portal) {
  const [shift] = [...simulator.world.all('shifts')].filter(({ startsAt, approved, employee, status }) => startsAt < micros('2025-03-05') && approved !== null && employee !== null && status === 'ACTIVE')
  if (!shift) throw new Error('the portal has no such shift')
  return shift
}

/** One that is still to come, in the open period. */
function comingShift({ simulator }: Portal) {
  const [shift] = [...simulator.world.all('shifts')].filter(({ startsAt, employee, status }) => startsAt > micros('2025-03-12') && employee !== null && status === 'ACTIVE')
  if (!shift) throw new Error('the portal has no such shift')
  return shift
}

const shiftOf = (id: number) => sql`select shift_id, billing_period_id, shift_date, approved_hours, billable_hours, bill_total from tracktik.fact_shifts where shift_id = ${id}`

describe('a shift', () => {
  it('that moves to another period leaves exactly one row, forth and back', async () => {
    const { engine, portal, rows } = await loadedCase()
    const { world } = portal.simulator
    const { id, startsAt, endsAt } = closedShift(portal)
    for (const [days, period] of [[14, '2025_06'], [0, '2025_05'], [28, '2025_07']] as const) {
      world.change('shifts', id, { startsAt: startsAt + days * day, endsAt: endsAt + days * day })
      await portal.run(engine)
      expect(await rows(shiftOf(id))).toEqual([expect.objectContaining({ billing_period_id: period })])
    }
    expect(await storedShifts(engine)).toEqual(trueShifts(portal.simulator))
  })

  it('that is approved or corrected when its period is long over has its new hours and money', async () => {
    const { engine, portal, rows } = await loadedCase()
    const { id } = closedShift(portal)
    portal.simulator.world.change('shifts', id, { approved: 1050, breakInMinutes: 0, billable: true, billRateCents: 3001 })
    await portal.run(engine)
    expect(await rows(shiftOf(id))).toEqual([expect.objectContaining({ approved_hours: '10.50', billable_hours: '10.50', bill_total: '352.62' })])
  })

  it('that is not approved has no approved hours, whatever was planned', async () => {
    const { portal, rows } = await loadedCase()
    const { id } = comingShift(portal)
    expect(await rows(sql`select approved_hours, approved_by, approved_at, scheduled_hours > 0 as is_planned from tracktik.fact_shifts where shift_id = ${id}`)).toEqual([{ approved_hours: null, approved_by: null, approved_at: null, is_planned: true }])
  })

  it('of nobody is stored, and is a finding until somebody takes it', async () => {
    const { engine, portal, rows, open } = await loadedCase()
    const { id, employee } = comingShift(portal)
    portal.simulator.world.change('shifts', id, { employee: null })
    await portal.run(engine)
    expect(await rows(sql`select employee_id, employee_key from tracktik.fact_shifts where shift_id = ${id}`)).toEqual([{ employee_id: null, employee_key: null }])
    expect(await open('VACANT_SHIFT')).toContain(String(id))
    const before = await rows(sql`select count(*) as issues from tracktik.data_quality_issues`)
    await portal.run(engine)
    expect(await rows(sql`select count(*) as issues from tracktik.data_quality_issues`)).toEqual(before)
    portal.simulator.world.change('shifts', id, { employee })
    await portal.run(engine)
    expect(await open('VACANT_SHIFT')).not.toContain(String(id))
    expect(await rows(sql`select resolved_at is not null as is_over from tracktik.data_quality_issues where issue_type = 'VACANT_SHIFT' and record_id = ${String(id)}`)).toEqual([{ is_over: true }])
  })

  it('that is gone from the open period goes; one that is gone from a period that is over is found by counting, and goes when the period is read whole', async () => {
    const { engine, portal, rows, open } = await loadedCase()
    const [coming, over] = [comingShift(portal).id, closedShift(portal).id]
    for (const id of [coming, over]) portal.simulator.world.remove('shifts', id)
    await portal.run(engine)
    expect(await rows(shiftOf(coming))).toEqual([])
    expect(await rows(shiftOf(over))).toHaveLength(1)
    expect(await open('PERIOD_COUNT_MISMATCH')).toEqual(['2025_05'])
    expect(await rows(sql`select count_difference from tracktik.v_period_reconciliation where period_id = '2025_05'`)).toEqual([{ count_difference: 1n }])
    await portal.run(engine, { period: '2025_05' })
    expect(await rows(shiftOf(over))).toEqual([])
    expect(await open('PERIOD_COUNT_MISMATCH')).toEqual([])
    expect(await storedShifts(engine)).toEqual(trueShifts(portal.simulator))
  })

  it('that cannot be read is a finding, and nothing of its period is taken for gone', async () => {
    const { engine, portal, rows, open } = await loadedCase()
    const { world } = portal.simulator
    const [broken, another] = [...world.all('shifts')].filter(({ startsAt }) => startsAt > micros('2025-03-12'))
    if (!broken || !another) throw new Error('the portal has no such shifts')
    const status = 7 as never // what no source should send, and one does
    world.change('shifts', broken.id, { status })
    world.remove('shifts', another.id)
    await portal.run(engine)
    expect(await open('INVALID_ROW')).toEqual([String(broken.id)])
    expect(await rows(sql`select shift_id from tracktik.fact_shifts where shift_id in (${broken.id}, ${another.id}) order by 1`)).toEqual([{ shift_id: BigInt(broken.id) }, { shift_id: BigInt(another.id) }])
    world.change('shifts', broken.id, { status: 'ACTIVE' })
    await portal.run(engine)
    expect(await open('INVALID_ROW')).toEqual([])
    expect(await storedShifts(engine)).toEqual(trueShifts(portal.simulator))
  })

  it('of an employee whose row cannot be read belongs to that employee still', async () => {
    const { engine, portal, rows, open } = await loadedCase()
    const { employee } = comingShift(portal)
    portal.simulator.world.change('employees', employee ?? 0, { status: 7 as never }) // as above
    await portal.run(engine)
    expect(await open('INVALID_ROW')).toEqual([String(employee)])
    expect(await rows(sql`select status, is_current from tracktik.dim_employees where employee_id = ${employee}`)).toEqual([{ status: 'ACTIVE', is_current: true }])
  })

  it('on a date that lies in no billing period is a finding, not NULL in silence', async () => {
    const { engine, portal, rows, open } = await loadedCase()
    const { id } = comingShift(portal)
    portal.simulator.world.change('shifts', id, { startsAt: micros('2041-03-01'), endsAt: micros('2041-03-01') + 8 * hour })
    await portal.run(engine)
    expect(await open('NO_BILLING_PERIOD')).toEqual([String(id)])
    expect(await rows(shiftOf(id))).toEqual([])
  })

  it('counts to the day that the clocks of its site show', async () => {
    const { engine, portal, rows } = await loadedCase()
    const { world } = portal.simulator
    const zones = { 'America/Los_Angeles': '2025-03-06', 'America/New_York': '2025-03-07', 'Europe/London': '2025-03-07', 'Australia/Sydney': '2025-03-07' }
    // Half past six in the morning in London is still the day before in Los Angeles, in the last minutes of a billing period.
    const expected: unknown[] = []
    for (const [zone, date] of Object.entries(zones)) {
      const position = [...world.all('positions')].find(({ account }) => world.get('clients', account).timeZone === zone)
      if (!position) continue
      const { id } = world.insert('shifts', { ...closedShift(portal), position: position.id, timeZone: zone, startsAt: micros('2025-03-07T06:30:00Z'), endsAt: micros('2025-03-07T14:30:00Z') })
      expected.push({ shift_id: BigInt(id), shift_date: date, billing_period_id: date === '2025-03-06' ? '2025_05' : '2025_06' })
    }
    expect(expected.length).toBeGreaterThan(1)
    await portal.run(engine)
    expect(await rows(sql`select shift_id, shift_date, billing_period_id from tracktik.fact_shifts where start_datetime = '2025-03-07T06:30:00Z' and created_at > (select min(created_at) from tracktik.fact_shifts) order by shift_id`)).toEqual(expected)
  })

  it('keeps every digit in its raw row, and two places in its columns', async () => {
    const { engine, portal, rows } = await loadedCase()
    const { id } = closedShift(portal)
    portal.simulator.world.change('shifts', id, { exact: { clockedHours: '8.61499999999999999', billTotal: '999.994999999999999999' } })
    await portal.run(engine)
    expect(await rows(sql`select clocked_hours, bill_total_source, raw_data ->> 'clockedHours' as clocked, raw_data -> 'summary' ->> 'billTotal' as total from tracktik.fact_shifts where shift_id = ${id}`)).toEqual([
      { clocked_hours: '8.61', bill_total_source: '999.99', clocked: '8.61499999999999999', total: '999.994999999999999999' },
    ])
  })

  it('whose total in the summary of the source is off by more than a cent is a finding; a cent is none', async () => {
    const { engine, portal, open } = await loadedCase()
    const { world } = portal.simulator
    const [a, b] = [...world.all('shifts')].filter(({ approved, summaryErrorCents, billable, employee, status }) => approved !== null && approved > 200 && summaryErrorCents === 0 && billable && employee !== null && status === 'ACTIVE')
    world.change('shifts', a?.id ?? 0, { summaryErrorCents: 2 })
    world.change('shifts', b?.id ?? 0, { summaryErrorCents: 1 })
    await portal.run(engine)
    const wrong = portal.simulator.truth().shifts.filter(({ billTotal, summaryBillTotal }) => Math.abs(Number(billTotal) - Number(summaryBillTotal)) > 0.015).map(({ id }) => String(id))
    expect(wrong).toContain(String(a?.id))
    expect(await open('BILL_TOTAL_MISMATCH')).toEqual(wrong.toSorted())
  })

  it('with impossible hours, or that overlaps another of its employee, is a finding', async () => {
    const { engine, portal, open } = await loadedCase()
    const { world } = portal.simulator
    const shift = closedShift(portal)
    const negative = world.change('shifts', shift.id, { exact: { payableHours: '-1.00' } })
    const long = world.insert('shifts', { ...shift, exact: {}, startsAt: shift.startsAt + hour, endsAt: shift.startsAt + 31 * hour })
    const backwards = world.insert('shifts', { ...shift, exact: {}, employee: null, status: 'CANCELLED', endsAt: shift.startsAt - hour })
    await portal.run(engine)
    expect(await open('NEGATIVE_HOURS')).toEqual(expect.arrayContaining([String(negative.id), String(backwards.id)]))
    expect(await open('OVERLONG_SHIFT')).toContain(String(long.id))
    expect(await open('ENDS_BEFORE_START')).toEqual([String(backwards.id)])
    expect(await open('OVERLAPPING_SHIFTS')).toContain(`${shift.id}/${long.id}`)
  })

  it('overlaps others as often as the portal knows, over days and periods', async () => {
    const { engine, portal, open } = await loadedCase()
    await portal.liveTo('2025-03-31T00:00:00Z')
    await portal.run(engine)
    const active = portal.simulator.truth().shifts.filter(({ status, employee }) => status === 'ACTIVE' && employee !== null).toSorted((a, b) => Date.parse(a.startsOn) - Date.parse(b.startsOn) || a.id - b.id)
    const pairs = active.flatMap((later, at) => active.slice(0, at).filter((earlier) => earlier.employee === later.employee && Date.parse(earlier.endsOn) > Date.parse(later.startsOn)).map((earlier) => `${earlier.id}/${later.id}`))
    expect(pairs.length).toBeGreaterThan(3)
    expect(new Set(await open('OVERLAPPING_SHIFTS'))).toEqual(new Set(pairs))
  })

  it('in a period beyond the thirteenth, or in a 27th one, finds its partition', async () => {
    const { engine, portal, rows } = await loadedCase()
    await portal.liveTo('2025-06-25T00:00:00Z')
    await portal.run(engine)
    expect(await rows(sql`select billing_period_id from tracktik.fact_shifts where shift_date = '2025-06-30' fetch first 1 row only`)).toEqual([{ billing_period_id: '2025_14' }])
    expect(await rows(sql`select period_id from tracktik.v_partition_coverage where is_missing`)).toEqual([])
    expect(await rows(sql`select period_number, quarter from tracktik.billing_periods where period_id = '2036_27'`)).toEqual([{ period_number: 27, quarter: 4 }])
    expect(await storedShifts(engine)).toEqual(trueShifts(portal.simulator))
  })
})

describe('a dimension', () => {
  it('keeps the history of a region that is renamed, and of everything that shows its name, though the source touches none of that', async () => {
    const { engine, portal, rows } = await loadedCase()
    const { world } = portal.simulator
    const employee = [...world.all('employees')].find(({ status }) => status === 'ACTIVE')
    const region = world.change('regions', employee?.region ?? 0, { name: 'Renamed' })
    await portal.run(engine)
    expect(await rows(sql`select name, is_current from tracktik.dim_regions where region_id = ${region.id} order by valid_from`)).toEqual([{ name: expect.not.stringMatching('Renamed') as string, is_current: false }, { name: 'Renamed', is_current: true }])
    expect(await rows(sql`select region_name, valid_from from tracktik.dim_employees where employee_id = ${employee?.id} and is_current`)).toEqual([{ region_name: 'Renamed', valid_from: '2025-03-10T00:01:00Z' }])
    expect(await wrongKeys(engine)).toEqual([])
  })

  it('keeps those who have left, with their status, and closes those who are gone from the source', async () => {
    const { engine, portal, rows } = await loadedCase()
    const { world } = portal.simulator
    const [left, gone] = [...world.all('employees')].filter(({ status }) => status === 'ACTIVE')
    world.change('employees', left?.id ?? 0, { status: 'TERMINATED' })
    world.remove('employees', gone?.id ?? 0)
    await portal.run(engine)
    expect(await rows(sql`select status from tracktik.v_current_employees where employee_id = ${left?.id}`)).toEqual([{ status: 'TERMINATED' }])
    expect(await rows(sql`select is_current, valid_to is null as is_open from tracktik.dim_employees where employee_id = ${gone?.id}`)).toEqual([{ is_current: false, is_open: false }])
  })

  it.each(['employee', 'client', 'site', 'position', 'region'])('of %ss takes no second current version from anybody', async (name) => {
    const { engine } = await loadedCase()
    const table = sql.raw(`tracktik.dim_${name}s`)
    const columns = (await engine.query<{ list: string }>(sql`select string_agg(quote_ident(column_name), ', ') as list from information_schema.columns where table_schema = 'tracktik' and table_name = ${`dim_${name}s`} and column_name not in ('surrogate_key', 'valid_from')`)).rows[0]?.list ?? ''
    await expect(engine.query(sql`insert into ${table} (valid_from, ${sql.raw(columns)}) select now(), ${sql.raw(columns)} from ${table} where is_current fetch first 1 row only`)).rejects.toThrow(/V3006/)
  })

  it('gets a placeholder for an employee of a customer\'s batch that it does not know yet, which the next run fills without another version or key', async () => {
    const database = await createDatabase('postgres')
    await using portal = await startPortal(small)
    const { world } = portal.simulator
    const engine = await openEngine(database.url)
    onTestFinished(async () => {
      await engine.close()
      await database.drop()
    })
    // Somebody of another region works a shift of the customer.
    const harbour = [...world.all('regions')].filter(({ customId }) => customId.startsWith('HRB-')).map(({ id }) => id)
    const site = [...world.all('positions')].find(({ account }) => harbour.includes(world.get('clients', account).region))
    const guest = [...world.all('employees')].find(({ region, status }) => !harbour.includes(region) && status === 'ACTIVE')
    const { id } = world.insert('shifts', { ...closedShift(portal), position: site?.id ?? 0, employee: guest?.id ?? 0 })
    const rows = async (query: SQL) => (await engine.query(query)).rows

    await portal.run(engine, { customerRegion: 'HRB' })
    expect(await rows(sql`select distinct s.region_id from tracktik.fact_shifts f join tracktik.dim_sites s on s.surrogate_key = f.site_key`)).toEqual(expect.arrayContaining([{ region_id: world.get('clients', site?.account ?? 0).region }]))
    expect(await rows(sql`select count(*) as strangers from tracktik.fact_shifts f join tracktik.dim_sites s on s.surrogate_key = f.site_key where s.parent_region_name <> 'Harbour Group'`)).toEqual([{ strangers: 0n }])
    expect(await rows(sql`select batch_type, status from tracktik.etl_batches`)).toEqual([{ batch_type: 'hrb_billing_period', status: 'COMPLETED' }])
    expect(await rows(sql`select record_id from tracktik.data_quality_issues where issue_type = 'MISSING_DIMENSION' and resolved_at is null and record_id = ${`${id}/employee`}`)).toHaveLength(1)
    const [before] = await rows(sql`select employee_key from tracktik.fact_shifts where shift_id = ${id}`)

    await portal.run(engine)
    expect(await rows(sql`select employee_key from tracktik.fact_shifts where shift_id = ${id}`)).toEqual([before])
    expect(await rows(sql`select first_name, is_current, count(*) over () as versions from tracktik.dim_employees where employee_id = ${guest?.id}`)).toEqual([{ first_name: guest?.firstName, is_current: true, versions: 1n }])
    expect(await rows(sql`select 1 from tracktik.data_quality_issues where issue_type = 'MISSING_DIMENSION' and resolved_at is null`)).toEqual([])
    expect(await storedShifts(engine)).toEqual(trueShifts(portal.simulator))
    expect(await wrongKeys(engine)).toEqual([])
  })

  it('knows a position that was made between the reading of positions and that of shifts', async () => {
    const { engine, portal, rows } = await loadedCase()
    const { world } = portal.simulator
    const like = [...world.all('positions')][0]
    let made: { readonly id: number; readonly position: number } | undefined
    portal.simulator.beforePage(({ resource }) => {
      if (resource !== 'shifts' || made || !like) return
      const position = world.insert('positions', { ...like, customId: 'P-new', name: 'New gate' })
      made = world.insert('shifts', { ...comingShift(portal), position: position.id })
    })
    await portal.run(engine)
    expect(await rows(sql`select f.position_id, p.name, f.site_id from tracktik.fact_shifts f join tracktik.dim_positions p on p.surrogate_key = f.position_key where f.shift_id = ${made?.id}`)).toEqual([{ position_id: made?.position, name: 'New gate', site_id: like?.account }])
  })
})

describe('a run', () => {
  it('with nothing new writes no version and no shift', async () => {
    const { engine, portal, rows } = await loadedCase()
    await portal.run(engine)
    const traces = () => Promise.all(['dim_employees', 'dim_clients', 'dim_sites', 'dim_positions', 'dim_regions', 'fact_shifts', 'billing_periods', 'mv_period_summary'].map((name) => rows(sql`select ctid::text as place, xmin::text as writer from ${sql.raw(`tracktik.${name}`)} order by 1`)))
    const before = await traces()
    await portal.run(engine)
    expect(await traces()).toEqual(before)
  })

  it('that is dry tells what it would do, and does none of it', async () => {
    const { engine, portal, rows } = await loadedCase()
    const { id } = closedShift(portal)
    portal.simulator.world.change('shifts', id, { approved: 1050 })
    const before = await rows(shiftOf(id))
    const ledger = () => rows(sql`select (select count(*) from varve.etl_batches) as batches, (select watermark from varve.etl_sync_status where source = 'fact_shifts') as watermark`)
    const stands = await ledger()
    const { steps } = await portal.run(engine, {}, { dryRun: true })
    const [step] = steps
    expect(step?.status === 'done' && step.outcome && 'batchId' in step.outcome && step.outcome.steps.filter(({ counts }) => counts.changed > 0).map(({ table, counts }) => [table, counts.changed])).toEqual([['tracktik.fact_shifts', 1]])
    expect(await rows(shiftOf(id))).toEqual(before)
    expect(await ledger()).toEqual(stands)
  })

  it('of a few days reads just these, and leaves the way through the changes alone', async () => {
    const { engine, portal, rows } = await loadedCase()
    const watermark = () => rows(sql`select last_sync_timestamp from tracktik.etl_sync_status where table_name = 'fact_shifts'`)
    const before = await watermark()
    const [early, late] = [closedShift(portal), comingShift(portal)]
    for (const { id } of [early, late]) portal.simulator.world.change('shifts', id, { approved: 777 })
    const date = portal.simulator.truth().shifts.find(({ id }) => id === early.id)?.date ?? ''
    await portal.run(engine, { from: date, to: date })
    expect(await rows(sql`select approved_hours from tracktik.fact_shifts where shift_id in (${early.id}, ${late.id}) order by start_datetime`)).toEqual([{ approved_hours: '7.77' }, { approved_hours: null }])
    expect(await watermark()).toEqual(before)
  })

  it('of everything finds what was changed without a trace', async () => {
    const { engine, portal } = await loadedCase()
    portal.simulator.world.remove('shifts', closedShift(portal).id)
    await portal.run(engine, { full: true })
    expect(await storedShifts(engine)).toEqual(trueShifts(portal.simulator))
  })
})

describe('the warehouse', () => {
  it('knows the billing period of every date as the program does, in a function that is STABLE', async () => {
    const { rows } = await loadedCase()
    const { billingPeriodOf, addDays } = await import('../src/pipeline/tracktik/calendar/billing-period.ts')
    const found = await rows(sql`select cast(d as date) as date, tracktik.get_billing_period(cast(d as date)) as id from generate_series(date '2013-12-01', date '2042-02-01', interval '1 day') d order by d`)
    expect(found).toHaveLength(10_290)
    expect(found.filter(({ date, id }) => (billingPeriodOf(String(date))?.periodId ?? null) !== id)).toEqual([])
    expect(found[1]?.['date']).toBe(addDays(String(found[0]?.['date']), 1))
    expect(await rows(sql`select provolatile from pg_proc where proname = 'get_billing_period'`)).toEqual([{ provolatile: 's' }])
  })

  it('sums up what its shifts say, by period, region and client', async () => {
    const { engine, portal, rows } = await loadedCase()
    await portal.liveTo('2025-03-24T00:00:00Z')
    await portal.run(engine)
    const summed = await rows(sql`select billing_period_id, client_id, sum(shifts) as shifts, sum(billable_hours) as hours, sum(bill_total) as total from tracktik.mv_period_summary group by 1, 2 order by 1, 2`)
    const sums = new Map<string, { shifts: number; hours: number; total: number }>()
    for (const shift of trueShifts(portal.simulator)) {
      const key = `${shift.billing_period_id} ${shift.client_id}`
      const sum = sums.get(key) ?? { shifts: 0, hours: 0, total: 0 }
      sums.set(key, { shifts: sum.shifts + 1, hours: sum.hours + cents(shift.billable_hours), total: sum.total + cents(shift.bill_total) })
    }
    expect(new Map(summed.map((row) => [`${String(row['billing_period_id'])} ${String(row['client_id'])}`, { shifts: Number(row['shifts']), hours: cents(String(row['hours'])), total: cents(String(row['total'])) }]))).toEqual(sums)
  })

  it('shows its ledger in the shape of the earlier schema', async () => {
    const { rows } = await loadedCase()
    const columns = (view: string) => rows(sql`select string_agg(column_name, ' ' order by ordinal_position) as names from information_schema.columns where table_schema = 'tracktik' and table_name = ${view}`)
    expect(await columns('etl_batches')).toEqual([{ names: 'batch_id batch_type status started_at completed_at records_processed records_failed error_message metadata' }])
    expect(await columns('etl_sync_status')).toEqual([{ names: 'table_name last_sync_timestamp last_successful_batch_id sync_metadata' }])
    expect(await rows(sql`select batch_type, status, records_failed, completed_at >= started_at as is_over from tracktik.etl_batches`)).toEqual([{ batch_type: 'incremental', status: 'COMPLETED', records_failed: 0n, is_over: true }])
    expect(await rows(sql`select table_name, last_sync_timestamp from tracktik.etl_sync_status order by 1`)).toEqual(['dim_clients', 'dim_employees', 'dim_positions', 'dim_regions', 'dim_sites', 'fact_shifts'].map((name) => ({ table_name: name, last_sync_timestamp: '2025-03-10T00:00:00Z' })))
    expect(await rows(sql`select batch_type, batches, failed_batches, failed_percent from tracktik.v_etl_batch_summary`)).toEqual([{ batch_type: 'incremental', batches: 1n, failed_batches: 0n, failed_percent: '0.0' }])
    expect(await rows(sql`select distinct is_stale from tracktik.v_sync_freshness`)).toEqual([{ is_stale: false }])
  })

  it('gets the views of a newer program with its next run, which is not a dry one', async () => {
    const { engine, portal, rows } = await loadedCase()
    const views = () => rows(sql`select count(*) as views from pg_views where schemaname = 'tracktik'`)
    const all = await views()
    await engine.query(sql`drop view tracktik.v_dq_open_by_type`)
    await engine.query(sql`comment on function tracktik.get_billing_period(date) is 'of an older program'`)
    const old = await views()
    await portal.run(engine, {}, { dryRun: true })
    expect(await views()).toEqual(old)
    await portal.run(engine)
    expect(await views()).toEqual(all)
    expect(await rows(sql`select 1 as one from tracktik.mv_period_summary fetch first 1 row only`)).toEqual([{ one: 1 }])
  })

  it('names a period that has no partition', async () => {
    const { engine, portal, rows, open } = await loadedCase()
    await engine.query(sql`alter table tracktik.fact_shifts detach partition tracktik.fact_shifts_2025_06`)
    await portal.run(engine, { period: '2025_05' })
    expect(await open('PERIOD_WITHOUT_PARTITION')).toEqual(['2025_06'])
    expect(await rows(sql`select period_id from tracktik.v_partition_coverage where is_missing`)).toEqual([{ period_id: '2025_06' }])
  })
})

const cents = (decimal: string) => Math.round(Number(decimal) * 100)
