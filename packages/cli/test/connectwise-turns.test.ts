import { expect, it } from 'vitest'
import { openEngine, silentLogger, type Lock } from '@varve/core'
import { tickets } from '../src/canonical/tables/tickets.ts'
import { backfillTenant } from '../src/pipeline/connectwise/backfill-tenant.ts'
import { TenantSources } from '../src/pipeline/connectwise/tenant-source.ts'
import { describeEngines } from '../../../test-support/engines.ts'
import { startTenants, storedTickets, trueTickets } from './connectwise-tenants.ts'

// The embedded database has one process only.
describeEngines('two processes at one table', (context) => {
  it('runs for several tenants may be under way at once, and two that fill one table may not', async () => {
    await using tenants = await startTenants({ tenants: ['north', 'south'], tickets: 5 })
    await using other = await openEngine(context.url)
    await using _run = await other.lock('run connectwise')
    await using _table = await other.lock('pipeline tickets of north')
    await tenants.run(context.engine, { tenant: 'south', table: 'tickets' }, { wait: 'refuse' })
    expect(await storedTickets(context.engine, 'south')).toEqual(trueTickets(tenants.simulator, 'south'))
    await expect(tenants.run(context.engine, { tenant: 'north', table: 'tickets' }, { wait: 'refuse' })).rejects.toMatchObject({ code: 'V4001', exitCode: 4 })
  })

  it('a backfill that is under way waits for a run between two chunks, also where it is not to wait at first', async () => {
    const tenant = 'acme'
    await using tenants = await startTenants({ tenants: [tenant] })
    await using other = await openEngine(context.url)
    const lock = () => other.lock(`pipeline tickets of ${tenant}`, { wait: 'refuse' })
    let held: Lock | undefined
    let isBegun = false
    const told: string[] = []
    const log = {
      ...silentLogger,
      info: (_: object, message: string) => {
        if (message === 'batch succeeded') isBegun = true
        if (!message.startsWith('waiting for another batch')) return
        told.push(message)
        void held?.release()
      },
    }
    const source = new TenantSources({ environment: tenants.environment, clock: tenants.simulator.clock }, { log: silentLogger, signal: new AbortController().signal }).of(tenant)
    // It counts each chunk before it takes its turn: just then somebody else takes it.
    const count: typeof source.client.count = async (...asked) => {
      if (isBegun) held ??= await lock()
      return source.client.count(...asked)
    }
    const client = new Proxy(source.client, {
      get: (whole, name) => {
        if (name === 'count') return count
        const member: unknown = Reflect.get(whole, name, whole)
        return typeof member === 'function' ? (member.bind(whole) as unknown) : member
      },
    })
    const backfill = () => backfillTenant(context.engine, { source: { ...source, client }, canonical: tickets }, { chunkDays: 365 }, { wait: 'refuse', log })
    {
      await using _ = await lock()
      await expect(backfill()).rejects.toMatchObject({ code: 'V4001', exitCode: 4 })
    }
    expect(await backfill()).toMatchObject({ isComplete: true, counts: { new: 60 } })
    expect(told).toHaveLength(1)
    expect(await storedTickets(context.engine, tenant)).toEqual(trueTickets(tenants.simulator, tenant))
  })
}, ['postgres'])
