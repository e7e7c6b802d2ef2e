import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EtlBatch, openEngine, type Engine, type ExtractContext, type LoadContext } from '@varve/core'
import { parseDefinition, readBetween, Scd2Dimension, streamHistory, type LoadOptions, type StagedLoad } from '../src/index.ts'
import { bundleProgram, type ChildProgram, type ChildRun } from '../../../test-support/child-program.ts'
import { copiesOf, type Copies } from '../../../test-support/database-copies.ts'
import { createDatabase, engineNames } from '../../../test-support/engines.ts'
import { SiteDimension, siteLoads } from './child/site-loads.ts'
import { modelledSites, storedSites } from './stored-sites.ts'

describe.each(engineNames)('loads of one dimension at once (%s)', { timeout: 120_000 }, (engineName) => {
  let program: ChildProgram
  let loaded: Copies
  beforeAll(async () => {
    program = await bundleProgram(fileURLToPath(new URL('./child/load-sites.ts', import.meta.url)))
    loaded = await copiesOf(engineName, async (url) => {
      const { code, errors } = await program.start(url, 'first', 'wait').ended
      if (code !== 0) throw new Error(errors)
    })
  })
  afterAll(async () => {
    program?.remove()
    await loaded?.remove()
  })

  it('from two processes: the second waits, and the result is that of their order', async () => {
    const url = await loaded.copy()
    const runs = { left: program.start(url, 'left', 'wait', '-'), right: program.start(url, 'right', 'wait', '-') }
    const first = await Promise.race((['left', 'right'] as const).map((name) => runs[name].says('inside').then(() => name)))
    const second = first === 'left' ? 'right' : 'left'
    await runs[second].says('waiting')
    runs[first].child.stdin.end('go on\n')
    expect(await runs[first].ended).toMatchObject({ code: 0, errors: '' })
    await runs[second].says('inside')
    runs[second].child.stdin.end('go on\n')
    expect(await runs[second].ended).toMatchObject({ code: 0, errors: '' })
    await using engine = await openEngine(url)
    expect(modelledSites('first', 'left', 'right')).not.toEqual(modelledSites('first', 'right', 'left'))
    expect(await storedSites(engine)).toEqual(modelledSites('first', first, second))
  })

  it('from two processes: the second is refused and told who holds it, and only the first is there', async () => {
    const url = await loaded.copy()
    const first = program.start(url, 'left', 'refuse', '-')
    await first.says('inside')
    const refused = await program.start(url, 'right', 'refuse').ended
    expect(refused).toMatchObject({ code: 4, output: '' })
    expect(refused.errors).toMatch(engineName === 'pglite' ? /\[V4002\].* in use by process \d+/ : /\[V4001\].*dimension crm\.dim_site.* held by/)
    expect(refused.errors).toContain(String(first.child.pid))
    first.child.stdin.end('go on\n')
    expect(await first.ended).toMatchObject({ code: 0 })
    await using engine = await openEngine(url)
    expect(await storedSites(engine)).toEqual(modelledSites('first', 'left'))
  })

  it('lets a third in when the first is killed and the second waited', async () => {
    const url = await loaded.copy()
    const holder: ChildRun = program.start(url, 'left', 'wait', '-')
    await holder.says('inside')
    const next = program.start(url, 'right', 'wait')
    await next.says('waiting')
    holder.child.kill('SIGKILL')
    expect(await next.ended).toMatchObject({ code: 0, errors: '' })
    await using engine = await openEngine(url)
    expect(await storedSites(engine)).toEqual(modelledSites('first', 'right'))
  })

  it('of which one is part of a batch with another lock: they take turns in their transactions', async () => {
    await using engine = await openEngine(await loaded.copy())
    const { inside, leave } = gate()
    const night = new Night(new SiteDimension(engine), siteLoads.left, inside.open, leave.passed).run(engine)
    await inside.passed
    const { rows, at } = siteLoads.right
    let isDone = false
    const alone = new SiteDimension(engine).load(rows, { at }).finally(() => (isDone = true))
    if (engine.capabilities.concurrentSessions) while (!(await isBlocked(engine))) expect(isDone).toBe(false)
    expect(isDone).toBe(false)
    leave.open()
    await Promise.all([night, alone])
    expect(await storedSites(engine)).toEqual(modelledSites('first', 'left', 'right'))
  })

  it('do not disturb a long read: it sees one state to its end, and they do not wait for it', async () => {
    await using engine = await openEngine(await loaded.copy())
    const sites = new SiteDimension(engine)
    const reading = streamHistory(engine, sites.definition, { sliceRows: 10 })[Symbol.asyncIterator]()
    const slices = [await reading.next()]
    const { rows, at, complete } = siteLoads.second
    await sites.load(rows, { at, complete })
    expect(await storedSites(engine)).toEqual(modelledSites('first', 'second'))
    while (!slices.at(-1)?.done) slices.push(await reading.next())
    const seen = slices.flatMap(({ value }) => (value as Readonly<Record<string, unknown>>[] | undefined) ?? [])
    expect(seen.map(({ siteId, mail, tier, validFrom, validTo }) => [siteId, mail, tier, validFrom, validTo].join(' '))).toEqual(modelledSites('first'))
  })
})

it('a load that waits for its turn on a server is judged by the columns that the one before it brought', async () => {
  const database = await createDatabase('postgres')
  try {
    await using engine = await openEngine(database.url)
    const columns = { id: 'integer', tier: 'text', at: 'timestamp' }
    const dimension = (types: Readonly<Record<string, string>>) => new Scd2Dimension(engine, parseDefinition({ table: 'dim_turn', columns: types, key: ['id'], sequence: 'at' }))
    const narrow = dimension(columns)
    await narrow.load([{ id: 1, at: '2025-01-01', tier: 'a' }], { at: '2025-01-01' })
    const { inside, leave } = gate()
    const rows = [{ id: 1, at: '2025-02-01', tier: 'a', size: 2 }, { id: 1, at: '2025-03-01', tier: 'a', size: 3 }]
    const night = new Night(dimension({ ...columns, size: 'integer' }), { rows, at: '2025-03-01' }, inside.open, leave.passed).run(engine)
    await inside.passed
    const late = narrow.load([{ id: 1, at: '2025-02-15', tier: 'b' }], { at: '2025-03-02' }).catch((error: unknown) => error)
    while (!(await isBlocked(engine)));
    leave.open()
    await night
    expect(await late).toMatchObject({ code: 'V2001', message: expect.stringContaining('it has values in "size"') as string })
  } finally {
    await database.drop()
  }
})

describe('a load while a table is being read', () => {
  it('waits on the embedded engine for a transaction that is open, which sees nothing of it', async () => {
    await using engine = await openEngine('pglite://memory')
    const sites = new SiteDimension(engine)
    await sites.load(siteLoads.first.rows, { at: siteLoads.first.at, complete: true })
    const { rows, at, complete } = siteLoads.second
    let isDone = false
    let begin = () => {}
    const load = new Promise<void>((resolve) => (begin = resolve)).then(() => sites.load(rows, { at, complete })).finally(() => (isDone = true))
    const seen = await engine.transaction(async (transaction) => {
      begin()
      const source = { session: transaction, phrases: engine.phrases }
      const lines = (await readBetween(source, sites.definition, '2000-01-01', '2100-01-01')).map(({ siteId, mail, tier, validFrom, validTo }) => [siteId, mail, tier, validFrom, validTo].join(' '))
      expect(isDone).toBe(false)
      return lines
    })
    expect(seen).toEqual(modelledSites('first'))
    await load
    expect(await storedSites(engine)).toEqual(modelledSites('first', 'second'))
  })

  it('waits on a server where it has to add a column, until the reading has ended', async () => {
    const database = await createDatabase('postgres')
    try {
      await using engine = await openEngine(database.url)
      const columns = { id: 'integer', tier: 'text' }
      await new Scd2Dimension(engine, parseDefinition({ table: 'dim_read', columns, key: ['id'] })).load([1, 2, 3].map((id) => ({ id, tier: 'gold' })), { at: '2025-01-01' })
      const wider = new Scd2Dimension(engine, parseDefinition({ table: 'dim_read', columns: { ...columns, size: 'integer' }, key: ['id'] }))
      const reading = streamHistory(engine, parseDefinition({ table: 'dim_read', columns, key: ['id'] }), { sliceRows: 1 })[Symbol.asyncIterator]()
      const slices = [await reading.next()]
      let isDone = false
      const load = wider.load([{ id: 1, tier: 'gold', size: 5 }], { at: '2025-02-01' }).finally(() => (isDone = true))
      while (!(await isBlocked(engine, 'dim_read'))) expect(isDone).toBe(false)
      while (!slices.at(-1)?.done) slices.push(await reading.next())
      expect(slices.flatMap(({ value }) => (value as readonly object[] | undefined) ?? [])).toHaveLength(3)
      expect((await load).counts).toMatchObject({ changed: 1 })
    } finally {
      await database.drop()
    }
  })
})

class Night extends EtlBatch<StagedLoad> {
  readonly pipeline = 'night'

  constructor(private readonly dimension: Pick<Scd2Dimension, 'stage' | 'merge'>, private readonly given: Pick<LoadOptions, 'at'> & { readonly rows: readonly object[] }, private readonly inside: () => void, private readonly leave: Promise<void>) {
    super()
  }

  protected override extract(context: ExtractContext): Promise<StagedLoad> {
    return this.dimension.stage(context, this.given.rows, { at: this.given.at })
  }

  protected async load(context: LoadContext, staged: StagedLoad): Promise<void> {
    await this.dimension.merge(context, staged)
    this.inside()
    await this.leave
  }
}

function gate() {
  const make = () => {
    let open = () => {}
    const passed = new Promise<void>((resolve) => (open = resolve))
    return { passed, open: () => open() }
  }
  return { inside: make(), leave: make() }
}

async function isBlocked(engine: Engine, word = 'dimensions'): Promise<boolean> {
  const { rows } = await engine.query(sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and query like ${`%${word}%`}`)
  return rows.length > 0
}
