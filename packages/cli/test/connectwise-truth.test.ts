import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Random, seededFaults, startConnectwiseSimulator, type ConnectwiseSimulator, type FaultScript } from '@varve/connectors'
import { openEngine, type Engine } from '@varve/core'
import { verifyDimension } from '@varve/scd2'
import { canonicalDimension } from '../src/canonical/canonical-definition.ts'
import { tickets } from '../src/canonical/tables/tickets.ts'
import { createDatabase, type TestDatabase } from '../../../test-support/engines.ts'
import { startTenants, storedTickets, trueTickets } from './connectwise-tenants.ts'
import { startVarve } from './varve.ts'

/** Tickets of each tenant; a long run has 40000: `VARVE_TICKETS=40000 npx vitest run packages/cli/test/connectwise-truth`. */
const size = Number(process.env['VARVE_TICKETS'] ?? 400)
const names = ['alpha', 'beta', 'gamma', 'delta', 'epsilon']
const patience = 240_000 + size * 60
const random = new Random('moving tenants')

/** Lets something happen to tickets between two pages: touched, changed, entered, merged and deleted. */
function move(simulator: ConnectwiseSimulator, tenant: string): void {
  simulator.touch(tenant, 3)
  simulator.change(tenant, 2)
  if (random.chance(0.3)) simulator.create(tenant, 2)
  if (random.chance(0.3)) simulator.merge(tenant, 1)
  if (random.chance(0.3)) simulator.remove(tenant, 1)
}

describe('five tenants whose tickets move while they are read', () => {
  let database: TestDatabase
  let engine: Engine
  beforeEach(async () => {
    database = await createDatabase('postgres')
    engine = await openEngine(database.url)
  })
  afterEach(async () => {
    await engine.close()
    await database.drop()
  })
  const expectTruth = async (simulator: ConnectwiseSimulator) => {
    for (const tenant of names) {
      expect(await storedTickets(engine, tenant)).toEqual(trueTickets(simulator, tenant))
      expect((await verifyDimension(engine, canonicalDimension(tickets, tenant))).findings).toEqual([])
    }
  }

  it('are what the source has, under faults, and nobody asks more than it may', async () => {
    await using tenants = await startTenants({ tenants: names, tickets: Math.min(size, 2000), quotaPerMinute: 200, faults: seededFaults({ seed: 'five tenants', requests: 400, share: 0.15 }) })
    const { simulator } = tenants
    let isCalm = false
    simulator.beforePage(({ tenant }) => {
      if (!isCalm && random.chance(0.5)) move(simulator, tenant)
    })
    const outcomes = await Promise.all(names.map((tenant) => tenants.backfill(engine, tenant, { chunkDays: 120 })))
    expect(outcomes.every(({ isComplete }) => isComplete)).toBe(true)
    await tenants.run(engine, { table: 'tickets' })
    isCalm = true
    tenants.pause()
    await tenants.run(engine, { table: 'tickets', reconcile: true })
    await expectTruth(simulator)
    expect(new Set(simulator.requests.entries.flatMap(({ fault }) => fault ?? [])).size).toBeGreaterThan(4)
    for (const tenant of names) expect(simulator.requests.entries.filter(({ account, status, fault }) => account === tenant && status === 429 && fault === undefined)).toEqual([])
  }, patience)

  it('are what the source has after a backfill that is killed again and again', async () => {
    const kinds: readonly FaultScript['faults'][number][] = [{ at: 1, fault: 'drop' }, { at: 1, fault: 'error', status: 503 }, { at: 1, fault: 'truncate', framing: 'broken' }, { at: 1, fault: 'throttle', retryAfterSeconds: 1, form: 'seconds' }]
    const faults = { faults: Array.from({ length: 40 }, (_, at) => ({ ...kinds[at % kinds.length], at: 9 + at * 13 })) } as FaultScript
    await using simulator = await startConnectwiseSimulator({ seed: 'killed', tenants: names, tickets: size, quotaPerMinute: 1_000_000, faults })
    let isCalm = false
    let pages = 0
    let killAt = 3
    let running: ReturnType<typeof startVarve> | undefined
    let kills = 0
    simulator.beforePage(({ tenant }) => {
      pages += 1
      if (!isCalm && pages % 3 === 0) move(simulator, tenant)
      if (kills >= 6 || pages < killAt || !running?.process.kill('SIGKILL')) return
      kills += 1
      killAt = pages + random.int(2, 9)
    })
    const environment = { ...simulator.environment, VARVE_DB: database.url, CONNECTWISE_REQUESTS_PER_MINUTE: '1000000', CONNECTWISE_BURST: '1000' }
    for (;;) {
      running = startVarve(['backfill', 'connectwise', 'tickets', '--resume', '--chunk', '45d', '--wait'], { environment })
      const { exitCode, signal, stderr } = await running.ended
      if (signal === 'SIGKILL') continue
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
      break
    }
    running = undefined
    isCalm = true
    const run = await startVarve(['run', 'connectwise', '--table', 'tickets', '--reconcile', '--json'], { environment }).ended
    expect({ exitCode: run.exitCode, stderr: run.stderr }).toMatchObject({ exitCode: 0 })
    await expectTruth(simulator)
    expect(kills).toBe(6)
  }, patience)
})
