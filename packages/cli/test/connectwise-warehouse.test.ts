import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { csv, from, type PipelineResult } from '@varve/core'
import { Scd2Dimension, verifyDimension } from '@varve/scd2'
import { canonicalDimension } from '../src/canonical/canonical-definition.ts'
import { withFields, type CanonicalTable } from '../src/canonical/canonical-table.ts'
import { FileBatch } from '../src/canonical/file-batch.ts'
import { companies } from '../src/canonical/tables/companies.ts'
import { tickets } from '../src/canonical/tables/tickets.ts'
import { describeEngines } from '../../../test-support/engines.ts'
import { reopened, startTenants, storedTickets, traces, trueTickets, type Tenants } from './connectwise-tenants.ts'

const versionsOf = (schema: string) => sql`select id, count(*)::int as versions from ${sql.identifier(schema)}.tickets group by id having count(*) > 1 order by cast(id as int)`

let made = 0
/** Each case has tenants of its own. */
const tenantName = () => `tenant_${(made += 1)}`
const sorted = (ids: readonly number[]) => ids.toSorted((one, other) => one - other)
/** When the first ticket was changed last. */
const changedAt = ({ simulator }: Tenants, tenant: string) => String((simulator.truth(tenant)[0]?.['_info'] as { readonly lastUpdated: string } | undefined)?.lastUpdated)
const countsOf = ({ steps }: PipelineResult) => steps.map((step) => (step.status === 'done' && step.outcome && 'steps' in step.outcome ? step.outcome.steps[0]?.counts : undefined))

describeEngines('the pipeline connectwise', (context) => {
  const expectTruth = async ({ simulator }: Tenants, tenant: string) => {
    expect(await storedTickets(context.engine, tenant)).toEqual(trueTickets(simulator, tenant))
    expect((await verifyDimension(context.engine, canonicalDimension(tickets, tenant))).findings).toEqual([])
  }
  const changedIds = async (tenant: string) => (await context.engine.query<{ id: string }>(versionsOf(tenant))).rows.map(({ id }) => Number(id))
  const findings = async (check: string, tenant: string) =>
    (await context.engine.query<{ message: string }>(sql`select message from varve.data_quality_issues where check_name = ${check} and table_name = ${`${tenant}.tickets`} order by 1`)).rows.map(({ message }) => message)

  it('reads everything at first, then what was changed, and writes nothing where nothing was', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant] })
    await tenants.run(context.engine, { table: 'tickets' })
    await expectTruth(tenants, tenant)
    const before = await traces(context.engine, tenant)
    tenants.live(0)
    await tenants.run(context.engine, { table: 'tickets' })
    expect(await traces(context.engine, tenant)).toEqual(before)

    const changed = tenants.simulator.change(tenant, 7)
    const touched = tenants.simulator.touch(tenant, 9).filter((id) => !changed.includes(id))
    const created = tenants.simulator.create(tenant, 3)
    expect(touched.length).toBeGreaterThan(3)
    const result = await tenants.run(context.engine, { table: 'tickets' })
    await expectTruth(tenants, tenant)
    expect(await changedIds(tenant)).toEqual(sorted(changed))
    expect(countsOf(result)).toMatchObject([{ changed: changed.length, new: created.length, closed: 0 }])
  })

  it('keeps the values of every version, at the instant of the source', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant], tickets: 3 })
    const [ticket] = trueTickets(tenants.simulator, tenant)
    const id = Number(ticket?.['id'])
    await tenants.run(context.engine, { table: 'tickets' })
    const instants = [changedAt(tenants, tenant)]
    for (const summary of ['once', 'twice']) {
      tenants.live(0.1)
      tenants.simulator.edit(tenant, id, { summary, owner: undefined })
      instants.push(changedAt(tenants, tenant))
      await tenants.run(context.engine, { table: 'tickets' })
    }
    const history = await new Scd2Dimension(context.engine, canonicalDimension(tickets, tenant)).history({ id: String(id) })
    expect(history.map((row) => { const { summary, owner_id: owner, validFrom, validTo, last_updated: at } = row as Record<string, unknown>; return { summary, owner, validFrom, validTo, at } })).toEqual([
      { summary: ticket?.['summary'], owner: ticket?.['owner_id'], validFrom: instants[0], validTo: instants[1], at: instants[0] },
      { summary: 'once', owner: null, validFrom: instants[1], validTo: instants[2], at: instants[1] },
      { summary: 'twice', owner: null, validFrom: instants[2], validTo: null, at: instants[2] },
    ])
  })

  it('has a change that was made in the second of the last reading', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant], tickets: 5 })
    const id = tenants.simulator.truth(tenant)[0]?.id ?? 0
    tenants.simulator.edit(tenant, id, { summary: 'first' })
    const second = tenants.simulator.truth(tenant)[0]?.['_info']
    await tenants.run(context.engine, { table: 'tickets' })
    // Behind the reading, and at the same instant for all that the source tells.
    tenants.simulator.edit(tenant, id, { summary: 'second' })
    tenants.simulator.edit(tenant, id, { summary: 'second', _info: second })
    await tenants.run(context.engine, { table: 'tickets' })
    await expectTruth(tenants, tenant)
  })

  it('loses nothing by a page that fails: the batch does, and the next one has it all', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant], tickets: 2500 })
    let pages = 0
    let isDown = true
    tenants.simulator.beforePage(() => {
      pages += 1
      if (isDown && pages > 2) throw new Error('down')
    })
    await expect(tenants.run(context.engine, { table: 'tickets' })).rejects.toMatchObject({ code: 'V3010' })
    expect(await context.engine.introspect(tenant, 'tickets')).toBeUndefined()
    isDown = false
    await tenants.run(context.engine, { table: 'tickets' })
    await expectTruth(tenants, tenant)
  })

  it('closes what is gone when it reconciles, and no ticket that was merged', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant] })
    await tenants.run(context.engine, { table: 'tickets' })
    const gone = tenants.simulator.remove(tenant, 4)
    const merged = tenants.simulator.merge(tenant, 2)
    tenants.live(0.01)
    await tenants.run(context.engine, { table: 'tickets' })
    expect((await storedTickets(context.engine, tenant)).length).toBe(trueTickets(tenants.simulator, tenant).length + 4)
    await tenants.run(context.engine, { table: 'tickets', reconcile: true })
    await expectTruth(tenants, tenant)
    expect(merged).toHaveLength(2)
    const { rows } = await context.engine.query<{ id: string }>(sql`select id from ${sql.identifier(tenant)}.tickets t group by id having bool_and(not is_current) order by cast(id as int)`)
    expect(rows.map(({ id }) => Number(id))).toEqual(sorted(gone))

    tenants.simulator.remove(tenant, 40)
    await expect(tenants.run(context.engine, { table: 'tickets', reconcile: true })).rejects.toMatchObject({ code: 'V2006' })
    await tenants.run(context.engine, { table: 'tickets', reconcile: true, allowMassClose: true })
    await expectTruth(tenants, tenant)
  })

  it('stops at a limit, goes on behind it, and only then tells runs that all is read', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant], tickets: 100 })
    const first = await tenants.backfill(context.engine, tenant, { limit: 45 })
    expect(first).toMatchObject({ isComplete: false, isResumed: false, counts: { read: 45, new: 45 } })
    expect(first.populated).toMatchObject({ id: 45, summary: 45, urgency: 0, description: 0, last_updated: 45 })
    const mark = async () => (await context.engine.query(sql`select watermark from varve.etl_sync_status where pipeline = ${`tickets of ${tenant}`} and source = 'last_updated'`)).rows
    expect(await mark()).toEqual([])
    // What is touched meanwhile leaves its place, and is found by the run that follows.
    tenants.simulator.change(tenant, 20)
    await expect(tenants.backfill(context.engine, tenant, { resume: true, chunkDays: 7 })).rejects.toMatchObject({ code: 'V1006', message: expect.stringContaining('chunks of 30 days') as string })
    const second = await tenants.backfill(context.engine, tenant, { limit: 30, resume: true })
    expect(second).toMatchObject({ isComplete: false, isResumed: true, counts: { read: 30 } })
    expect(await mark()).toEqual([])
    const rest = await tenants.backfill(context.engine, tenant, { resume: true })
    expect(rest).toMatchObject({ isComplete: true, isResumed: true })
    expect(await mark()).toHaveLength(1)
    await tenants.run(context.engine, { table: 'tickets' })
    await expectTruth(tenants, tenant)
    expect(await tenants.backfill(context.engine, tenant, { resume: true })).toMatchObject({ isComplete: true, chunks: 0, counts: { read: 0 } })
    await expect(tenants.backfill(context.engine, tenant, { since: '2030-01-01T00:00:00Z' })).rejects.toMatchObject({ code: 'V1006' })
  })

  it('leaves the mark of runs where it is when a backfill begins behind it', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant], tickets: 10 })
    await tenants.run(context.engine, { table: 'tickets' })
    tenants.pause()
    const id = tenants.simulator.truth(tenant)[0]?.id ?? 0
    tenants.simulator.edit(tenant, id, { summary: 'in the gap' })
    tenants.simulator.clock.advanceTo(Date.parse('2025-03-12T00:00:00Z'))
    await tenants.backfill(context.engine, tenant, { since: '2025-03-11T00:00:00Z' })
    tenants.pause()
    await tenants.run(context.engine, { table: 'tickets', reconcile: true })
    await expectTruth(tenants, tenant)
    await expect(tenants.run(context.engine, { table: 'tickets', since: '2030-01-01' })).rejects.toMatchObject({ code: 'V1006' })
  })

  it('begins anew where a table was dropped, and does not take what it held for read', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant] })
    const mark = async () => (await context.engine.query<{ watermark: string }>(sql`select watermark from varve.etl_sync_status where pipeline = ${`tickets of ${tenant}`} and source = 'last_updated'`)).rows[0]?.watermark
    const drop = () => context.engine.query(sql`drop table ${sql.identifier(tenant)}.tickets`)
    await tenants.backfill(context.engine, tenant, { chunkDays: 3650 })
    await tenants.run(context.engine)
    await drop()
    await context.engine.query(sql`drop table ${sql.identifier(tenant)}.companies`)
    await tenants.run(context.engine)
    await expectTruth(tenants, tenant)
    expect((await context.engine.query(sql`select id from ${sql.identifier(tenant)}.companies`)).rows).toHaveLength(tenants.simulator.truth(tenant, 'companies').length)
    await drop()
    expect(await tenants.backfill(context.engine, tenant, { resume: true, chunkDays: 3650 })).toMatchObject({ isComplete: true, isResumed: false, counts: { new: 60 } })
    await expectTruth(tenants, tenant)
    await drop()
    const { counts } = await tenants.backfill(context.engine, tenant, { limit: 20, chunkDays: 3650 })
    expect({ new: counts.new, mark: await mark() }).toEqual({ new: 20, mark: '1970-01-01T00:00:00Z' })
    await tenants.run(context.engine, { table: 'tickets' }) // no backfill has come to its end, so runs know nothing yet
    await expectTruth(tenants, tenant)
    await drop()
    await new FileBatch(tickets, tenant, csv('Ticket ID,Updated\n77,2025-02-04\n')).run(context.engine)
    await expect(tenants.run(context.engine, { table: 'tickets' })).rejects.toMatchObject({ code: 'V2006' })
  })

  it('asks for no more descriptions than it may, in however many chunks', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant], tickets: 40 })
    await tenants.backfill(context.engine, tenant, {}, tickets, 3)
    expect(tenants.simulator.requests.entries.filter(({ path }) => /\/tickets\/\d+\/notes$/.test(path))).toHaveLength(3)
  })

  it('closes nobody where the source shows nothing at all, and keeps versions that differ in a former field', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant], tickets: 3 })
    const wider = withFields(tickets, { parent_id: { type: 'text', from: { connectwise: from('parentTicketId') } } })
    await using widened = reopened(tenants, [wider])
    await widened.run(context.engine)
    const [first] = tenants.simulator.truth(tenant)
    tenants.pause()
    tenants.simulator.edit(tenant, first?.id ?? 0, { parentTicketId: 7 })
    tenants.pause()
    await widened.run(context.engine)
    tenants.simulator.remove(tenant, 3)
    tenants.pause()
    await expect(tenants.run(context.engine, { table: 'tickets', reconcile: true })).rejects.toMatchObject({ code: 'V2006' })
    await tenants.run(context.engine, { table: 'tickets', reconcile: true, allowMassClose: true })
    const { rows } = await context.engine.query(sql`select parent_id, is_current from ${sql.identifier(tenant)}.tickets where id = ${String(first?.id)} order by effective_start_date`)
    expect(rows).toEqual([{ parent_id: null, is_current: false }, { parent_id: '7', is_current: false }])
  })

  it('knows a tenant however it is spelled', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant], tickets: 8 })
    await tenants.run(context.engine, { table: 'tickets' })
    tenants.pause()
    const result = await tenants.run(context.engine, { table: 'tickets', tenant: `${tenant.toUpperCase().replace('_', '-')},${tenant}` })
    expect(result.steps.map(({ name }) => name)).toEqual([`${tenant.toUpperCase().replace('_', '-')} tickets`])
    expect(countsOf(result)).toMatchObject([{ read: 0 }])
    await expectTruth(tenants, tenant)
  })

  it('never asks again for a description that it knows, and loses none when nobody asks', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant], tickets: 20 })
    const asked = () => tenants.simulator.requests.entries.filter(({ path }) => /\/tickets\/\d+\/notes$/.test(path)).length
    const described = async () => (await context.engine.query<{ id: string; description: string }>(sql`select id, description from ${sql.identifier(tenant)}.tickets where is_current and description is not null order by cast(id as int)`)).rows
    await tenants.run(context.engine, { table: 'tickets', descriptions: '8' })
    expect(asked()).toBe(8)
    const some = await described()
    expect(some.length).toBeGreaterThan(0)
    for (const { id, description } of some) expect(tenants.simulator.notes(tenant, Number(id))?.map(({ text }) => text)).toContain(description)
    const before = asked()
    for (const { id } of some) tenants.simulator.edit(tenant, Number(id), { summary: 'changed' })
    await tenants.run(context.engine, { table: 'tickets' })
    expect(await described()).toEqual(some)
    expect(asked()).toBe(before)
  })

  it('adds a field that the mapping has, and gives versions only to tickets that have it', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant] })
    await tenants.run(context.engine, { table: 'tickets' })
    const wider = withFields(tickets, { parent_id: { type: 'text', from: { connectwise: from('parentTicketId') } } })
    const parents = tenants.simulator.truth(tenant).slice(0, 5).map(({ id }) => id)
    for (const id of parents) tenants.simulator.edit(tenant, id, { parentTicketId: 7 })
    await using widened = reopened(tenants, [wider])
    await widened.run(context.engine, { since: '2000-01-01' })
    expect(await changedIds(tenant)).toEqual(sorted(parents))
    expect((await context.engine.introspect(tenant, 'tickets'))?.columns).toHaveLength(42)

    // Without it again: the column stays, and is NULL in what comes.
    tenants.simulator.edit(tenant, parents[0] ?? 0, { summary: 'without' })
    await tenants.run(context.engine, { table: 'tickets' })
    const { rows } = await context.engine.query(sql`select summary, parent_id from ${sql.identifier(tenant)}.tickets where id = ${String(parents[0])} order by effective_start_date desc limit 2`)
    expect(rows).toMatchObject([{ summary: 'without', parent_id: null }, { parent_id: '7' }])
    expect(await findings('history missing-column', tenant)).toEqual(['No row of the load has "parent_id", though living members have values in it. It is NULL in what this load wrote.'])
  })

  it('tells of a field that a table without history has from an earlier mapping, and leaves it as it was', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant] })
    await using widened = reopened(tenants, [withFields(companies, { site: { type: 'text', from: { connectwise: from('identifier') } } })])
    await widened.run(context.engine)
    const sites = async () => (await context.engine.query(sql`select id, site from ${sql.identifier(tenant)}.companies order by id`)).rows
    const before = await sites()
    const told = async () => (await context.engine.query(sql`select column_name, message from varve.data_quality_issues where check_name = 'missing-column' and table_name = ${`${tenant}.companies`}`)).rows
    expect([before.some((row) => (row as { readonly site: string | null }).site !== null), await told()]).toEqual([true, []])
    tenants.simulator.touch(tenant, 1, 'companies')
    tenants.pause()
    await tenants.run(context.engine, { table: 'companies' })
    expect(await sites()).toEqual(before)
    expect(await told()).toEqual([{ column_name: 'site', message: 'The mapping has no "site" any more, though rows have values in it. They stay as they were.' }])
  })

  it('refuses a type that could lose values, before anything is written', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant], tickets: 10 })
    await tenants.run(context.engine, { table: 'tickets' })
    const before = await traces(context.engine, tenant)
    tenants.simulator.change(tenant, 3)
    const narrow: CanonicalTable = { ...tickets, fields: { ...tickets.fields, summary: { type: 'text(5)' } } }
    await using narrowed = reopened(tenants, [narrow])
    await expect(narrowed.run(context.engine)).rejects.toMatchObject({ code: 'V2001' })
    expect(await traces(context.engine, tenant)).toEqual(before)
    await tenants.run(context.engine, { table: 'tickets' })
    await expectTruth(tenants, tenant)
  })

  it('fills the same table from a file of another service, for a tenant of its own', async () => {
    const tenant = tenantName()
    const lines = (status: string) => csv(`Ticket ID,Subject,Status,Queue,Updated\n77,Printer offline,Open,Desk,2025-02-04 09:00:00\n78,"No, paper",${status},Desk,2025-02-0${status === 'Open' ? 4 : 5} 10:00:00\n`)
    await new FileBatch(tickets, tenant, lines('Open')).run(context.engine)
    await new FileBatch(tickets, tenant, lines('Closed')).run(context.engine)
    await new FileBatch(tickets, tenant, lines('Closed')).run(context.engine)
    const { rows } = await context.engine.query(sql`select id, summary, status, board_name, is_current from ${sql.identifier(tenant)}.tickets order by id, effective_start_date`)
    expect(rows).toEqual([
      { id: '77', summary: 'Printer offline', status: 'Open', board_name: 'Desk', is_current: true },
      { id: '78', summary: 'No, paper', status: 'Open', board_name: 'Desk', is_current: false },
      { id: '78', summary: 'No, paper', status: 'Closed', board_name: 'Desk', is_current: true },
    ])
    await using tenants = await startTenants({ tenants: [tenant], tickets: 5 })
    await expect(tenants.run(context.engine, { table: 'tickets' })).rejects.toMatchObject({ code: 'V2006' })
  })

  it('keeps companies, contacts and time entries as they are, without a history', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant], tickets: 40 })
    const { simulator } = tenants
    const stored = async (name: string) => (await context.engine.query(sql`select id, ${sql.identifier(name === 'companies' ? 'name' : name === 'contacts' ? 'last_name' : 'notes')} as shown, last_updated_by from ${sql.identifier(tenant)}.${sql.identifier(name)} order by cast(id as int)`)).rows
    const expected = (name: 'companies' | 'contacts' | 'timeEntries') => simulator.truth(tenant, name).map((row) => ({ id: String(row.id), shown: row[name === 'companies' ? 'name' : name === 'contacts' ? 'lastName' : 'notes'] ?? null, last_updated_by: (row['_info'] as { readonly updatedBy?: string }).updatedBy ?? null }))
    const expectAll = async () => {
      for (const [name, table] of [['companies', 'companies'], ['contacts', 'contacts'], ['time_entries', 'timeEntries']] as const) expect(await stored(name)).toEqual(expected(table))
    }
    await tenants.run(context.engine)
    await expectAll()
    expect(expected('timeEntries').length).toBeGreaterThan(10)
    const [company] = simulator.truth(tenant, 'companies')
    tenants.live(0.01)
    simulator.edit(tenant, company?.id ?? 0, { name: 'Renamed' }, 'companies')
    simulator.touch(tenant, 3, 'contacts')
    const result = await tenants.run(context.engine)
    await expectAll()
    expect(countsOf(result)).toMatchObject([{ changed: 0 }, { changed: 1, new: 0 }, { changed: 3 }, { changed: 0 }])
    expect(countsOf(await tenants.run(context.engine)).every((counts) => counts?.changed === 0 && counts.new === 0)).toBe(true)
  })

  it('keeps tenants apart, and goes on with the others when one fails', async () => {
    const [one, other] = [tenantName(), tenantName()]
    await using tenants = await startTenants({ tenants: [one, other], tickets: 30 })
    const prefix = `CONNECTWISE_${other.toUpperCase()}`
    const key = tenants.environment[`${prefix}_PRIVATE_KEY`] ?? ''
    tenants.environment[`${prefix}_PRIVATE_KEY`] = 'wrong'
    await expect(tenants.run(context.engine, { table: 'tickets' })).rejects.toMatchObject({ code: 'V3002' })
    await expectTruth(tenants, one)
    expect(await context.engine.introspect(other, 'tickets')).toBeUndefined()
    tenants.environment[`${prefix}_PRIVATE_KEY`] = key
    await tenants.run(context.engine, { table: 'tickets' })
    await expectTruth(tenants, one)
    await expectTruth(tenants, other)
  })

  it('leaves nothing behind of a dry run, and tells what it would do', async () => {
    const tenant = tenantName()
    await using tenants = await startTenants({ tenants: [tenant], tickets: 12 })
    const result = await tenants.run(context.engine, { table: 'tickets' }, { dryRun: true })
    expect(countsOf(result)).toMatchObject([{ read: 12, new: 12 }])
    expect(await context.engine.introspect(tenant, 'tickets')).toBeUndefined()
  })
})
