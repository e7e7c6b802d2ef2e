import { and, eq, sql } from 'drizzle-orm'
import * as pg from 'drizzle-orm/pg-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { rowReader, t, table } from '@varve/core'
import { describeEngines } from '../../../test-support/engines.ts'
import { dimensionDefinition, historyTable, parseDefinition, readAsOf, readBetween, readCurrent, readHistory, streamAsOf, streamBetween, streamCurrent, streamHistory } from '../src/index.ts'
import { slicesOf, storeVersions } from './stored-versions.ts'

// TrackTik: a surrogate key, a flag, lineage and times of writing.
const employees = dimensionDefinition(
  table('tracktik.dim_employee', { employeeId: t.integer().notNull(), name: t.text(), rate: t.decimal(8, 2), tags: t.json(), hiredAt: t.timestamp() }),
  {
    key: ['employeeId'],
    housekeeping: { surrogateKey: 'surrogate_key', validFrom: 'valid_from', validTo: 'valid_to', isCurrent: 'is_current', openedBy: 'etl_batch_id', createdAt: 'created_at', updatedAt: 'updated_at' },
  },
)
const batch = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const written = { createdAt: '2025-01-01T00:00:00Z', updatedAt: '2025-01-01T00:00:00Z' }
const employeeVersions = [
  { employeeId: 2, name: 'Bo', rate: null, tags: null, hiredAt: '2024-05-01T08:00:00.123456Z', validFrom: '2025-01-01T00:00:00Z', validTo: null, isCurrent: true, openedBy: batch(1), ...written },
  { employeeId: 1, name: null, rate: '20.50', tags: { b: 1, a: [true] }, hiredAt: null, validFrom: '2025-02-01T00:00:00.000001Z', validTo: '2025-03-01T00:00:00Z', isCurrent: false, openedBy: batch(2), ...written },
  { employeeId: 1, name: 'Ada', rate: '20.00', tags: null, hiredAt: null, validFrom: '2025-01-01T00:00:00Z', validTo: '2025-02-01T00:00:00.000001Z', isCurrent: false, openedBy: batch(1), ...written },
  { employeeId: 1, name: 'Ada', rate: '21.00', tags: null, hiredAt: null, validFrom: '2025-04-01T00:00:00Z', validTo: null, isCurrent: true, openedBy: batch(4), ...written },
] as const

describeEngines('the history of a dimension with a surrogate key and lineage', (context) => {
  // In the order of the rows above.
  const [bo, nameless, first, back] = employeeVersions.map((version, at) => ({ surrogateKey: BigInt(at + 1), ...version })) as [object, object, object, object]
  beforeAll(() => storeVersions(context.engine, employees, employeeVersions))

  it('is read as it is now, by key', async () => {
    expect(await readCurrent(context.engine, employees)).toEqual([back, bo])
  })

  it.each<{ title: string; at: string | Date; rows: object[] }>([
    { title: 'before anything began', at: '2024-12-31T23:59:59.999999Z', rows: [] },
    { title: 'at the begin', at: '2025-01-01', rows: [first, bo] },
    { title: 'a microsecond before a change', at: '2025-02-01T00:00:00Z', rows: [first, bo] },
    { title: 'at a change', at: '2025-02-01T00:00:00.000001Z', rows: [nameless, bo] },
    { title: 'at a change, in another offset', at: '2025-02-01T05:30:00.000001+05:30', rows: [nameless, bo] },
    { title: 'at the last microsecond of a member', at: '2025-02-28T23:59:59.999999Z', rows: [nameless, bo] },
    { title: 'at the end of a member', at: new Date('2025-03-01T00:00:00Z'), rows: [bo] },
    { title: 'after the return of a member', at: '2025-04-01', rows: [back, bo] },
    { title: 'far away', at: '9999-12-31T23:59:59.999999Z', rows: [back, bo] },
  ])('is read as of an instant: $title', async ({ at, rows }) => {
    expect(await readAsOf(context.engine, employees, at)).toEqual(rows)
  })

  it.each<{ title: string; from: string; to: string; rows: object[] }>([
    { title: 'ends where the first begins', from: '2024-01-01', to: '2025-01-01', rows: [] },
    { title: 'holds the first instant', from: '2024-01-01', to: '2025-01-01T00:00:00.000001Z', rows: [first, bo] },
    { title: 'begins where a version ends', from: '2025-02-01T00:00:00.000001Z', to: '2025-02-02', rows: [nameless, bo] },
    { title: 'begins a microsecond before', from: '2025-02-01T00:00:00Z', to: '2025-02-02', rows: [first, nameless, bo] },
    { title: 'lies in a gap', from: '2025-03-01', to: '2025-04-01', rows: [bo] },
    { title: 'holds all', from: '2000-01-01', to: '2100-01-01', rows: [first, nameless, back, bo] },
  ])('is read between two instants: a span that $title', async ({ from, to, rows }) => {
    expect(await readBetween(context.engine, employees, from, to)).toEqual(rows)
  })

  it('is read for one member, from the first version on', async () => {
    expect(await readHistory(context.engine, employees, { employeeId: 1 })).toEqual([first, nameless, back])
    expect(await readHistory(context.engine, employees, { employeeId: '2' })).toEqual([bo])
    expect(await readHistory(context.engine, employees, { employeeId: 3 })).toEqual([])
  })

  it('comes a slice at a time', async () => {
    const { engine } = context
    expect(await slicesOf(streamHistory(engine, employees, { sliceRows: 3 }))).toEqual([[first, nameless, back], [bo]])
    expect(await slicesOf(streamCurrent(engine, employees, { sliceRows: 1 }))).toEqual([[back], [bo]])
    expect(await slicesOf(streamAsOf(engine, employees, '2025-03-31', { sliceRows: 1 }))).toEqual([[bo]])
    expect(await slicesOf(streamBetween(engine, employees, '2025-02-01', '2025-02-02'))).toEqual([[first, nameless, bo]])
  })

  it('is read inside a transaction, with what was written there', async () => {
    const { engine } = context
    await engine.transaction(async (session) => {
      await session.query(sql`delete from tracktik.dim_employee where employee_id = 2`)
      expect(await readCurrent({ session, phrases: engine.phrases }, employees)).toEqual([back])
      expect(await slicesOf(streamCurrent({ session, phrases: engine.phrases }, employees))).toEqual([[back]])
      throw new Error('undone')
    }).catch((error: unknown) => expect(error).toMatchObject({ message: 'undone' }))
    expect(await readCurrent(engine, employees)).toEqual([back, bo])
  })

  it('is composed with drizzle over its table', async () => {
    const history = historyTable(employees)
    const { rows } = await context.engine.query(sql`select * from ${history.pg} where ${and(eq(history.pg.employeeId, 1), eq(history.pg.isCurrent, true))}`)
    expect(rows.map(rowReader(history))).toEqual([back])
  })

  it('refuses what is no instant, no span and no key', async () => {
    const { engine } = context
    await expect(readAsOf(engine, employees, 'yesterday')).rejects.toThrow('[V1009] instant "yesterday" is not an instant such as 2025-03-31T10:00:00Z. Give ISO text such as 2025-03-31 or 2025-03-31T10:00:00+02:00, or a Date.')
    await expect(readAsOf(engine, employees, '2025-02-30')).rejects.toThrow('[V1009] instant "2025-02-30" is a day that does not exist.')
    await expect(readBetween(engine, employees, '2025-01-01T00:00:00.5Z', '2025-01-01T00:00:00Z')).rejects.toThrow('[V1009] from (2025-01-01T00:00:00.500Z) does not lie before to (2025-01-01T00:00:00Z)')
    await expect(readBetween(engine, employees, '2025-01-01', '2025-01-01')).rejects.toThrow('[V1009] from (2025-01-01T00:00:00Z) does not lie before to')
    await expect(readHistory(engine, employees, {})).rejects.toThrow('[V1009] The key of a member of tracktik.dim_employee needs a value of "employeeId". It has "employeeId".')
    await expect(readHistory(engine, employees, { employeeId: 'x' })).rejects.toThrow('[V1009] The key of a member of tracktik.dim_employee cannot be read: the value of "employeeId" is not a whole number')
    // @ts-expect-error a column that may be NULL identifies nobody
    await expect(readHistory(engine, employees, { employeeId: 1, name: 'Ada' })).rejects.toThrow('[V1009] The key of a member of tracktik.dim_employee has no column "name". It has "employeeId".')
  })
})

// The project warehouse: a high date for an open end, and names that must be quoted; keys that hold separators.
const projects = dimensionDefinition(
  table('Project "Warehouse".dim project', { code: t.text(20).notNull().named('Project Code'), site: t.text().notNull(), status: t.text().named('select'), seen: t.date().notNull() }),
  {
    key: ['site', 'code'],
    sequence: 'seen',
    openEnd: '9999-12-31',
    housekeeping: { surrogateKey: 'dim project_sk', validFrom: 'effective_start', validTo: 'effective_end', isCurrent: 'current_flag', recordHash: 'record_hash', recordSource: { name: 'record_source', value: 'otc' } },
  },
)
const rest = { recordHash: 'a'.repeat(64), recordSource: 'otc' }
const projectVersions = [
  { code: 'a|b', site: 'c', status: 'open', seen: '2025-01-01', validFrom: '2025-01-01T00:00:00Z', validTo: '2025-02-01T00:00:00Z', isCurrent: false, ...rest },
  { code: 'a|b', site: 'c', status: null, seen: '2025-02-01', validFrom: '2025-02-01T00:00:00Z', validTo: '9999-12-31T00:00:00Z', isCurrent: true, ...rest },
  { code: 'a', site: 'b|c', status: '', seen: '2025-01-15', validFrom: '2025-01-15T00:00:00Z', validTo: '9999-12-31T00:00:00Z', isCurrent: true, ...rest },
] as const

describeEngines('the history of a dimension with a high date and quoted names', (context) => {
  const read = projectVersions.map((version, at) => ({ surrogateKey: BigInt(at + 1), ...version, validTo: version.isCurrent ? null : version.validTo }))
  const [open, unknown, other] = read as unknown as [object, object, object]
  beforeAll(() => storeVersions(context.engine, projects, projectVersions))

  it('shows null for an open end, whichever way it is stored', async () => {
    expect(await readCurrent(context.engine, projects)).toEqual([other, unknown])
    expect(await readAsOf(context.engine, projects, '2025-01-31T23:59:59Z')).toEqual([other, open])
    expect(await readBetween(context.engine, projects, '2025-01-31', '2025-02-02')).toEqual([other, open, unknown])
    expect(await slicesOf(streamHistory(context.engine, projects))).toEqual([[other, open, unknown]])
  })

  it('has members without an end after the high date too', async () => {
    expect(await readAsOf(context.engine, projects, '9999-12-31T12:00:00Z')).toEqual([other, unknown])
  })

  it('tells compound keys apart column by column', async () => {
    expect(await readHistory(context.engine, projects, { site: 'c', code: 'a|b' })).toEqual([open, unknown])
    expect(await readHistory(context.engine, projects, { site: 'b|c', code: 'a' })).toEqual([other])
    await expect(readHistory(context.engine, projects, { site: 'c' })).rejects.toThrow('needs a value of "code". It has "site", "code".')
  })

  it('shows the stored end to queries of drizzle', async () => {
    const history = historyTable(projects)
    const { rows } = await context.engine.query(sql`select ${history.pg.validTo} from ${history.pg} where ${eq(history.pg.code, 'a')}`)
    expect(rows).toEqual([{ effective_end: '9999-12-31T00:00:00Z' }])
  })
})

// ConnectWise tickets: no surrogate key, no lineage; the definition comes from JSON.
const tickets = parseDefinition({
  table: 'dim_ticket',
  columns: { id: 'bigint', summary: 'text', closed: 'boolean' },
  key: ['id'],
  housekeeping: { validFrom: 'effective_start_date', validTo: 'effective_end_date', isCurrent: 'is_current', createdAt: 'created_at', updatedAt: 'updated_at', recordHash: 'record_hash' },
})

describeEngines('the history of a dimension without a surrogate key', (context) => {
  const version = { id: 9007199254740993n, summary: 'Printer', closed: false, validFrom: '2025-01-01T00:00:00Z', validTo: null, isCurrent: true, ...written, recordHash: 'b'.repeat(64) }
  beforeAll(() => storeVersions(context.engine, tickets, [version]))

  it('has the housekeeping that its definition names, and no more', async () => {
    expect(await readCurrent(context.engine, tickets)).toEqual([version])
    expect(await readHistory(context.engine, tickets, { id: '9007199254740993' })).toEqual([version])
  })
})

describeEngines('the history of a table of drizzle', (context) => {
  const sites = dimensionDefinition(
    pg.pgTable('dim_site', { siteId: pg.bigint('site_id', { mode: 'number' }).notNull(), budget: pg.numeric({ precision: 12, scale: 2, mode: 'number' }), opened: pg.timestamp({ withTimezone: true }) }),
    { key: ['siteId'], openEnd: '9999-12-31', housekeeping: {} },
  )
  beforeAll(() => storeVersions(context.engine, sites, [{ siteId: 1, budget: 10.5, opened: new Date(0), validFrom: '2025-01-01', validTo: '9999-12-31' }]))

  it('has the types of that table', async () => {
    expect(await readCurrent(context.engine, sites)).toEqual([{ siteId: 1, budget: 10.5, opened: new Date(0), validFrom: '2025-01-01T00:00:00Z', validTo: null }])
  })
})

describe('the table of a history', () => {
  it('has the housekeeping of its definition, under the names that the definition gives', () => {
    expect(Object.keys(historyTable(projects).columns)).toEqual(['code', 'site', 'status', 'seen', 'surrogateKey', 'validFrom', 'validTo', 'isCurrent', 'recordHash', 'recordSource'])
    expect(historyTable(projects).mssql.validFrom.name).toBe('effective_start')
  })
})
