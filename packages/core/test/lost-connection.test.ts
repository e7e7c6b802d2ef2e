import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test-support/engines.ts'
import { startProxy, type PostgresProxy } from '../../../test-support/postgres-proxy.ts'
import { alignTable, etlBatch, openEngine, t, table, type Engine, type LoadContext, type Point, type StagedRows, type Transaction } from '../src/index.ts'

const items = table('shop.items', { id: t.integer().notNull() }, { primaryKey: ['id'] })

// What only a server can lose: connections. The embedded engine has none.
describe('a batch whose connections break', () => {
  let database: TestDatabase
  let proxy: PostgresProxy
  let admin: pg.Client
  let engine: Engine
  let unsubscribes: (() => void)[] = []

  beforeAll(async () => {
    database = await createDatabase('postgres')
    proxy = await startProxy(database.url)
    admin = new pg.Client({ connectionString: database.url })
    await admin.connect()
    engine = await openEngine(proxy.url)
    await alignTable(engine, items.spec)
  })
  afterAll(async () => {
    await engine?.close()
    await admin?.end()
    await proxy?.close()
    await database?.drop()
  })
  beforeEach(async () => {
    await engine.query(sql`delete from shop.items`)
  })
  afterEach(() => {
    for (const end of unsubscribes) end()
    unsubscribes = []
  })

  const at = (wanted: Point, act: () => void) => {
    const listener = (message: unknown) => {
      if ((message as { readonly name: Point }).name === wanted) act()
    }
    subscribe('varve:point', listener)
    unsubscribes.push(() => unsubscribe('varve:point', listener))
  }
  const terminate = (where: string) => admin.query<{ done: boolean }>(`select pg_terminate_backend(pid, 5000) as done from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and (${where})`)
  const holdsLock = `pid in (select pid from pg_locks where locktype = 'advisory')`
  const isAsleep = `wait_event = 'PgSleep'`
  const asleep = (transaction: Transaction) => transaction.query(sql`select pg_sleep(600)`).then(() => new Error('it woke up'), (error: unknown) => error)
  const untilAsleep = async () => {
    while ((await admin.query(`select 1 from pg_stat_activity where datname = current_database() and ${isAsleep}`)).rowCount === 0);
  }
  const batch = (during: (context: LoadContext) => Promise<unknown> = async () => {}, extracting: () => Promise<unknown> = async () => {}) =>
    etlBatch<StagedRows>({
      pipeline: 'shop',
      extract: async (context) => {
        const staged = await context.stage(items, [{ id: 1 }, { id: 2 }])
        await extracting()
        return staged
      },
      load: async (context, staged) => {
        await context.transaction.query(sql`insert into shop.items select id from ${context.engine.phrases.table(staged.table)}`)
        await context.setWatermark('api', '2')
        await during(context)
      },
    })
  const ids = async () => (await admin.query<{ id: number }>('select id from shop.items order by id')).rows.map((row) => row.id)
  const last = async () => (await admin.query<{ status: string; error_code: string | null; attempts: number }>('select status, error_code, attempts from varve.etl_batches order by started_at desc limit 1')).rows[0]
  const stages = async () => (await engine.tableNames('varve')).filter((name) => name.startsWith('stage_'))

  it('stops when the lock is lost while it extracts, and writes nothing', async () => {
    await expect(batch(undefined, () => terminate(holdsLock)).run(engine)).rejects.toMatchObject({ code: 'V3012', exitCode: 3, message: expect.stringContaining('lock "pipeline shop" broke') as string })
    expect([await ids(), await last(), await stages()]).toEqual([[], { status: 'failed', error_code: 'V3012', attempts: 0 }, []])
  })

  it('stops when the lock is lost while it loads, in the middle of a statement', async () => {
    const during = async ({ transaction }: LoadContext) => {
      const sleeping = asleep(transaction)
      await untilAsleep()
      await terminate(holdsLock)
      throw await sleeping
    }
    await expect(batch(during).run(engine)).rejects.toMatchObject({ code: 'V3012' })
    expect([await ids(), await last(), await stages()]).toEqual([[], { status: 'failed', error_code: 'V3012', attempts: 0 }, []])
  })

  it('stops when the lock is lost between two statements: none begins after that', async () => {
    let begun = false
    const during = async ({ transaction, signal }: LoadContext) => {
      const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
      await terminate(holdsLock)
      await aborted
      await transaction.query(sql`select 1`).then(() => (begun = true))
    }
    await expect(batch(during).run(engine)).rejects.toMatchObject({ code: 'V3012' })
    expect([begun, await ids(), await last()]).toEqual([false, [], { status: 'failed', error_code: 'V3012', attempts: 0 }])
  })

  it.each<[when: string, break_: (context: LoadContext) => Promise<unknown>]>([
    ['between two statements', () => terminate(`state = 'idle in transaction'`)],
    ['in the middle of one', async ({ transaction }) => {
      const sleeping = asleep(transaction)
      await untilAsleep()
      await terminate(isAsleep)
      throw await sleeping
    }],
  ])('is tried again as a whole when its connection is ended %s', async (_when, break_) => {
    let tries = 0
    const outcome = await batch(async (context) => {
      tries += 1
      if (tries === 1) await break_(context)
    }).run(engine, { retry: { firstDelayMs: 1 } })
    expect([outcome.attempts, tries]).toEqual([2, 2])
    expect([await ids(), await last(), await stages()]).toEqual([[1, 2], { status: 'succeeded', error_code: null, attempts: 2 }, []])
  })

  it('is tried again when its connection is ended right before it commits', async () => {
    let tries = 0
    const outcome = await batch(async ({ transaction }) => {
      tries += 1
      // Ends its own session when the transaction commits, before anything of it does.
      if (tries > 1) return
      await transaction.query(sql`create temp table last_words (n integer) on commit drop`)
      await transaction.query(sql`create function pg_temp.die() returns trigger language plpgsql as 'begin perform pg_terminate_backend(pg_backend_pid()); return null; end'`)
      await transaction.query(sql`create constraint trigger die after insert on last_words deferrable initially deferred for each row execute function pg_temp.die()`)
      await transaction.query(sql`insert into last_words values (1)`)
    }).run(engine, { retry: { firstDelayMs: 1 } })
    expect([outcome.attempts, tries]).toEqual([2, 2])
    expect([await ids(), await last()]).toEqual([[1, 2], { status: 'succeeded', error_code: null, attempts: 2 }])
  })

  it('counts as loaded, once, when only the answer to its commit is lost', async () => {
    let tries = 0
    proxy.onAnswerTo('commit\0', () => 'cut')
    const outcome = await batch(async () => Promise.resolve(tries++)).run(engine, { retry: { firstDelayMs: 1 } })
    expect([outcome.attempts, tries]).toEqual([1, 1])
    expect([await ids(), await last(), await stages()]).toEqual([[1, 2], { status: 'succeeded', error_code: null, attempts: 1 }, []])
  })

  it('counts as loaded when it is interrupted after its commit', async () => {
    const controller = new AbortController()
    proxy.onAnswerTo('commit\0', () => {
      controller.abort()
      return 'pass'
    })
    const outcome = await batch().run(engine, { signal: controller.signal })
    expect(controller.signal.aborted).toBe(true)
    expect([outcome.attempts, await ids(), await last()]).toEqual([1, [1, 2], { status: 'succeeded', error_code: null, attempts: 1 }])
  })

  it('is failed and closed when it is interrupted in the middle of a statement, and the cancellation hits nothing else', async () => {
    for (let round = 0; round < 10; round++) {
      const controller = new AbortController()
      const running = batch(async ({ transaction }) => {
        const sleeping = asleep(transaction)
        if (round % 2 === 0) await untilAsleep()
        controller.abort()
        throw await sleeping
      }).run(engine, { signal: controller.signal })
      await expect(running).rejects.toMatchObject({ code: 'V5001', exitCode: 130 })
      expect([await ids(), await last()]).toEqual([[], { status: 'failed', error_code: 'V5001', attempts: 0 }])
    }
  })

  it('is loaded, and closed by the next one, when the server cannot be reached after the commit', async () => {
    const warnings: string[] = []
    const log = { debug: () => {}, info: () => {}, error: () => {}, warn: (_fields: object, message: string) => void warnings.push(message) }
    let cut = true
    at('transaction.committed', () => {
      if (cut) proxy.onAnswerTo('select c.relname', () => 'cut')
      cut = false
    })
    const { batchId } = await batch().run(engine, { log })
    expect(warnings).toEqual([expect.stringContaining('the data is loaded, but the batch could not be closed')])
    expect([await ids(), await last()]).toEqual([[1, 2], { status: 'committed', error_code: null, attempts: 1 }])
    const next = await etlBatch({ pipeline: 'shop', load: async () => {} }).run(engine)
    expect(next.takenOver).toEqual({ abandoned: [], completed: [batchId] })
    expect(await stages()).toEqual([])
  })

  it('is failed when the server is gone in the middle of it, and found abandoned once the server is back', async () => {
    const lonely = await createDatabase('postgres')
    const line = await startProxy(lonely.url)
    const far = await openEngine(line.url)
    const cut = etlBatch({ pipeline: 'far', load: async ({ transaction }) => {
      await line.close()
      await transaction.query(sql`select 1`)
    } })
    await expect(cut.run(far)).rejects.toMatchObject({ code: 'V3012', exitCode: 3, message: expect.stringMatching(/the lock "pipeline far" broke.*run it again/) as string })
    await far.close()
    const near = await openEngine(lonely.url)
    const next = await etlBatch({ pipeline: 'far', load: async () => {} }).run(near)
    expect(next.takenOver.abandoned).toHaveLength(1)
    await near.close()
    await lonely.drop()
  })
})
