import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { expect, inject, it, onTestFinished } from 'vitest'
import { alignTable, etlBatch, openEngine, t, table, upsertRows, type StagedRows } from '../src/index.ts'

const people = table('people', { id: t.integer().notNull(), name: t.text() }, { primaryKey: ['id'] })

it('a full disk ends the batch with exit code 3, says so, and leaves nothing half-written', async (context) => {
  const small = smallDisk()
  if (!small) return context.skip('a disk that is small enough to fill can be mounted by root on Linux only')
  const url = await small.database()
  await using engine = await openEngine(url)
  const load = (count: number) => etlBatch<StagedRows>({
    pipeline: 'people',
    extract: (extract) => extract.stage(people, rows(count)),
    load: async (loading, staged) => {
      await alignTable(loading.transaction, people.spec)
      await loading.step('people', 'people', () => upsertRows(loading.engine, loading.transaction, people, staged, ['id']))
    },
  }).run(engine, { retry: { firstDelayMs: 1, longestDelayMs: 1 } })
  await load(10)
  // Once while rows are staged, and once while they are written: the staged rows leave no room for their copies.
  for (const count of [2_000_000, 330_000]) {
    const failure = await load(count).then(() => undefined, (error: unknown) => error)
    expect(failure).toMatchObject({ code: 'V3004', exitCode: 3, message: expect.stringMatching(/disk/) as string })
    expect(JSON.stringify(failure)).not.toContain(new URL(url).password)
  }
  expect((await engine.query(sql`select count(*) as rows from people`)).rows).toEqual([{ rows: 10n }])
  expect((await engine.query(sql`select status, error_code from varve.etl_batches order by started_at`)).rows).toEqual([{ status: 'succeeded', error_code: null }, { status: 'failed', error_code: 'V3004' }, { status: 'failed', error_code: 'V3004' }])
  expect((await engine.tableNames('varve')).filter((name) => name.startsWith('stage_'))).toEqual([])
  await load(20)
  expect((await engine.query(sql`select count(*) as rows from people`)).rows).toEqual([{ rows: 20n }])
}, 60_000)

function* rows(count: number): Generator<{ id: number; name: string }> {
  for (let id = 0; id < count; id++) yield { id, name: 'a name that takes some room on the disk' }
}

/** A disk of a few megabytes that the server can keep a database on. */
function smallDisk(): { database(): Promise<string> } | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || process.env['VARVE_TEST_POSTGRES'] !== undefined) return undefined
  const place = mkdtempSync(join('/tmp', 'varve-small-disk-'))
  onTestFinished(() => rmSync(place, { recursive: true, force: true }))
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', place]).status !== 0) return undefined
  onTestFinished(() => void execFileSync('umount', ['-l', place]))
  return {
    database: async () => {
      const name = `small_${randomBytes(6).toString('hex')}`
      const client = new pg.Client(inject('postgresUrl'))
      await client.connect()
      const { rows: [server] } = await client.query<{ data_directory: string }>('show data_directory')
      const { uid, gid } = statSync(server?.data_directory ?? '')
      chownSync(place, uid, gid)
      await client.query(`create tablespace ${name} location '${place}'`)
      await client.query(`create database ${name} tablespace ${name}`)
      onTestFinished(async () => {
        await client.query(`drop database ${name} with (force)`)
        await client.query(`drop tablespace ${name}`)
        await client.end()
      })
      return Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href
    },
  }
}
