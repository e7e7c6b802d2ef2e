import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startConnectwiseSimulator, type ConnectwiseSimulator } from '@varve/connectors'
import { openEngine, type Engine } from '@varve/core'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storedTickets, traces, trueTickets } from './connectwise-tenants.ts'
import { directoryWith, varve } from './varve.ts'

interface Backfilled {
  readonly tenants: readonly { readonly isComplete: boolean; readonly counts: Record<string, number>; readonly populated: Record<string, number> }[]
}

// What a new user does, in its order: each case goes on where the one before it ended.
describe('five thousand tickets of a tenant', () => {
  const tenant = 'sitetechnology'
  let simulator: ConnectwiseSimulator
  let directory: string
  let environment: Record<string, string>
  beforeAll(async () => {
    simulator = await startConnectwiseSimulator({ seed: 'command', tenants: [tenant], tickets: 5000, quotaPerMinute: 10_000 })
    directory = mkdtempSync(join(tmpdir(), 'varve-cli-'))
    environment = { ...simulator.environment, CONNECTWISE_REQUESTS_PER_MINUTE: '10000', VARVE_DB: `pglite://${join(directory, 'db')}` }
  })
  afterAll(async () => {
    await simulator.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const run = (...argv: string[]) => varve(argv, { directory, environment })
  const inDatabase = async <T>(work: (engine: Engine) => Promise<T>): Promise<T> => {
    await using engine = await openEngine(environment['VARVE_DB'])
    return await work(engine)
  }
  const backfill = async (...argv: string[]) => {
    const told = await run('backfill', 'connectwise', 'tickets', '--tenant', tenant, '--json', ...argv)
    expect({ exitCode: told.exitCode, stderr: told.stderr }).toMatchObject({ exitCode: 0 })
    const [outcome] = (told.json as Backfilled).tenants
    return outcome as Backfilled['tenants'][number]
  }

  it('can be looked at before they are loaded', async () => {
    const validated = await run('validate', 'tickets', '--tenant', tenant, '--sample', '10')
    expect(validated.exitCode).toBe(0)
    expect(validated.stdout).toMatch(/tickets of sitetechnology: 10 rows, 35 fields\. Of 350 values \d+ matched, \d+ were absent, 0 null, and 0 failed\./)
    expect(validated.stdout).toMatch(/urgency +urgency +0 +10 +0 +0/)
    expect(validated.stdout).toMatch(/Never found in these rows: .*description.*urgency/)
    const schema = await run('schema', 'tickets', '--tenant', tenant)
    expect(schema.stdout).toContain('sitetechnology.tickets: 41 columns, 35 of the mapping and 6 of the table itself; not there yet')
    expect(schema.stdout).toContain('create table sitetechnology.tickets with 41 columns')
  })

  it('are read whole within their limit, into 41 columns', async () => {
    const { isComplete, counts, populated } = await backfill('--limit', '5000')
    expect({ isComplete, counts }).toMatchObject({ isComplete: true, counts: { read: 5000, new: 5000, rejected: 0, unchanged: 0 } })
    expect(Object.keys(populated)).toHaveLength(35)
    expect(populated).toMatchObject({ id: 5000, status: 5000, urgency: 0, description: 0 })
    expect(populated['owner_name']).toBe(simulator.truth(tenant).filter((ticket) => 'owner' in ticket).length)
    const schema = await run('schema', 'tickets', '--tenant', tenant, '--json')
    expect(schema.json).toMatchObject({ exitCode: 0, exists: true, plan: [], refusals: [], counts: { business: 35, housekeeping: 6 } })
    await inDatabase(async (engine) => {
      expect((await engine.introspect(tenant, 'tickets'))?.columns).toHaveLength(41)
      expect(await storedTickets(engine, tenant)).toEqual(trueTickets(simulator, tenant))
    })
  })

  it('are read again and not one is written', async () => {
    const before = await inDatabase((engine) => traces(engine, tenant))
    expect((await backfill('--limit', '5000')).counts).toMatchObject({ read: 5000, unchanged: 5000, new: 0, changed: 0, overwritten: 0, closed: 0 })
    expect(await inDatabase((engine) => traces(engine, tenant))).toEqual(before)
  })

  it('get as many versions as were changed, and of no others', async () => {
    const changed = simulator.change(tenant, 200)
    simulator.touch(tenant, 50)
    const told = await run('run', 'connectwise', '--table', 'tickets', '--json')
    expect({ exitCode: told.exitCode, stderr: told.stderr }).toMatchObject({ exitCode: 0 })
    await inDatabase(async (engine) => {
      const { rows } = await engine.query<{ id: string }>(sql`select id from sitetechnology.tickets group by id having count(*) = 2`)
      expect(rows.map(({ id }) => Number(id)).toSorted((a, b) => a - b)).toEqual(changed.toSorted((a, b) => a - b))
      expect(await storedTickets(engine, tenant)).toEqual(trueTickets(simulator, tenant))
    })
  })
})

describe('a mistake', () => {
  it('is told with everything that is missing, before anything is read', async () => {
    const told = await varve(['backfill', 'connectwise', 'tickets', '--tenant', 'acme'])
    expect(told.exitCode).toBe(1)
    for (const name of ['CONNECTWISE_ACME_URL', 'CONNECTWISE_ACME_CLIENT_ID', 'CONNECTWISE_ACME_COMPANY', 'CONNECTWISE_ACME_PUBLIC_KEY', 'CONNECTWISE_ACME_PRIVATE_KEY']) expect(told.stderr).toContain(name)
  })

  it.each([
    { argv: ['backfill', 'connectwise', 'invoices'], says: 'There is no canonical table "invoices". There are tickets, companies, contacts, time_entries.' },
    { argv: ['backfill', 'connectwise', 'tickets'], says: 'CONNECTWISE_TENANTS names none' },
    { argv: ['backfill', 'connectwise', 'tickets', '--tenant', 'acme', '--limit', '0'], says: 'Give a whole number from 1.' },
    { argv: ['backfill', 'connectwise', 'tickets', '--tenant', 'acme', '--chunk', 'month'], says: 'Give a number of days, such as 30d.' },
    { argv: ['schema', 'tickets', '--tenant', 'acme', '--service', 'zendesk'], says: '"zendesk" has no mapping to tickets. Those that have one: connectwise, export.' },
    { argv: ['schema', 'tickets', '--tenant', 'public'], says: 'A tenant cannot be called "public"' },
    { argv: ['run', 'connectwise', '--since', 'yesterday'], says: '--since is "yesterday", which is no instant.' },
    { argv: ['run', 'connectwise', '--descriptions', 'many'], says: '--descriptions is "many", which is no number of calls.' },
    { argv: ['run', 'connectwise'], says: 'CONNECTWISE_TENANTS' },
    { argv: ['run', 'connectwise', '--tenant', ','], says: '--tenant names nothing.' },
  ])('in $argv is told', async ({ argv, says }) => {
    const told = await varve(argv, { environment: { VARVE_DB: 'pglite://memory' } })
    expect(told.exitCode).toBe(1)
    expect(told.stderr).toContain(says)
  })
})

describe('a file of another desk', () => {
  it('fills the canonical table of a tenant, and again changes nothing', async () => {
    const directory = directoryWith({
      'acme.csv': 'Ticket ID,Subject,Status,Updated\n7,Printer,Open,2025-02-04 09:00:00\n8,Mail,Open,2025-02-04 10:00:00\n,Nobody,Open,2025-02-04 10:00:00\n',
      'acme.ndjson': '{"id":"8","Title":"Mail","Status":"Closed","Updated":"2025-02-05T10:00:00Z"}\n',
    })
    const environment = { VARVE_DB: `pglite://${join(directory, 'db')}` }
    const counts = async (file: string) => {
      const told = await varve(['import', 'export', 'tickets', file, '--tenant', 'acme', '--json'], { directory, environment })
      expect({ exitCode: told.exitCode, stderr: told.stderr }).toMatchObject({ exitCode: 0 })
      return (told.json as { steps: readonly { outcome: { steps: readonly { counts: object }[] } }[] }).steps[0]?.outcome.steps[0]?.counts
    }
    expect(await counts('acme.csv')).toMatchObject({ read: 3, rejected: 1, new: 2 })
    expect(await counts('acme.ndjson')).toMatchObject({ read: 1, changed: 1 })
    expect(await counts('acme.csv')).toMatchObject({ read: 3, rejected: 1, unchanged: 2, changed: 0 })
    expect(await varve(['import', 'export', 'tickets', 'acme.csv'], { directory, environment })).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--tenant acme') as string })
    expect(await varve(['import', 'export', 'companies', 'acme.csv', '--tenant', 'acme'], { directory, environment })).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('"export" has no mapping to companies') as string })
    expect(await varve(['import', 'otc', 'invoices', 'acme.csv'], { directory, environment })).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('"invoices" is no view of otc') as string })
  })
})
