import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openEngine } from '@varve/core'
import pg from 'pg'
import { changedCustomer, definitions, forget, writeCsv } from '../customer-dimension.mjs'
import { customer } from '../customer-rows.mjs'

export const name = 'dimension-cost'
export const title = 'what complete loads of a dimension take beside time: memory of the process, rows and log that the server writes'

const count = Number(process.env.VARVE_BENCH_ROWS ?? 1_000_000)
const program = fileURLToPath(new URL('../load-dimension.mjs', import.meta.url))

// Each load is a process of its own: the server's counts of rows are complete once the session has ended.
function loadIn(url, kind, at, file) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, url, kind, at, file], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

export async function run({ postgresUrl: url, directory, tell }) {
  const found = []
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  mkdirSync(dirname(directory('x')), { recursive: true })
  for (const [kind, definition] of Object.entries(definitions)) {
    const peaks = {}
    for (const rows of [count / 10, count]) {
      const files = { plain: directory(`${rows}.csv`), changed: directory(`${rows}-changed.csv`) }
      writeCsv(files.plain, numbered(rows, customer))
      writeCsv(files.changed, numbered(rows, (i) => (i % 10 === 0 ? changedCustomer(i, '2025-04-02T12:00:00Z') : customer(i))))
      const engine = await openEngine(url)
      await forget(engine, definition)
      await engine.close()
      const loads = [
        ['first load', '2025-04-01', files.plain],
        ['one in ten changed', '2025-04-03', files.changed],
        ['nothing changed', '2025-04-04', files.changed],
        ['nothing changed, again', '2025-04-05', files.changed],
      ]
      for (const [what, at, file] of loads) {
        if (rows === count && what === loads.at(-1)[0]) await client.query('checkpoint')
        const before = await written(client)
        const { peakMiB, counts } = loadIn(url, kind, at, file)
        const after = await written(client)
        ;(peaks[what] ??= []).push(peakMiB)
        tell(`${kind}, ${rows} rows, ${what}: ${Math.round(peakMiB)} MiB, ${after.rows - before.rows} rows and ${after.bytes - before.bytes} bytes of log written`)
        if (what.startsWith('nothing') && counts.unchanged !== rows) throw new Error(JSON.stringify(counts))
        if (rows === count) {
          const isQuiet = what.startsWith('nothing')
          const writes = after.rows - before.rows
          found.push({ what: `${kind}: ${what}: written`, figure: `${writes.toLocaleString('en')} rows of the dimension and its side tables, ${((after.bytes - before.bytes) / 1024 / 1024).toFixed(1)} MiB of log`, writes, logBytes: after.bytes - before.bytes, target: isQuiet ? '0 rows' : undefined, isMet: writes === 0 })
        }
      }
    }
    for (const [what, [small, large]] of Object.entries(peaks)) {
      const more = Math.round(large - small)
      found.push({ what: `${kind}: ${what}: peak memory`, figure: `${Math.round(large)} MiB for ${count.toLocaleString('en')} rows, ${Math.round(small)} MiB for ${(count / 10).toLocaleString('en')}: ${more} MiB more`, large, small, target: '<= 60 MiB more', isMet: more <= 60 })
    }
  }
  await client.end()
  return found
}

function* numbered(rows, make) {
  for (let i = 0; i < rows; i++) yield make(i)
}

/** What the server says it has written so far: rows of the dimension and its side tables, and its log. Staging is not logged. */
async function written(client) {
  while ((await client.query(`select 1 from pg_stat_activity where application_name like 'varve %'`)).rows.length > 0) await sleep(20)
  const tables = await client.query(`select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) as rows from pg_stat_user_tables where (schemaname, relname) in (('bench', 'customer'), ('varve', 'memory_bench_customer'), ('varve', 'before_bench_customer'))`)
  const log = await client.query(`select pg_current_wal_insert_lsn() - '0/0' as bytes`)
  return { rows: Number(tables.rows[0].rows), bytes: Number(log.rows[0].bytes) }
}
