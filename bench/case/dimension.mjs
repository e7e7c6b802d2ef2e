import { createReadStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { csv } from '@varve/core'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { changedCustomer, definitions, dimensionOn, forget, writeCsv } from '../customer-dimension.mjs'
import { customer } from '../customer-rows.mjs'
import { median } from '../ratio-table.mjs'
import { timedEngine } from '../statement-times.mjs'

export const name = 'dimension'
export const title = 'complete loads of a dimension from CSV: first, unchanged, one member in ten changed; each against COPY of that file into a plain table'

const count = Number(process.env.VARVE_BENCH_ROWS ?? 1_000_000)
// The embedded engine gets fewer rows, and is held against the server with as many.
const few = Math.min(count, Math.max(20_000, count / 5))
const isServerAlone = process.env.VARVE_BENCH_ENGINE === 'postgres'
const rounds = Number(process.env.VARVE_BENCH_ROUNDS ?? 5)
const changedAt = '2025-04-02T12:00:00Z'

const methods = {
  'first load': { at: '2025-04-01', target: 4, check: ({ new: opened }, rows) => opened === rows },
  'nothing changed': { at: '2025-04-02', target: 3, check: ({ unchanged }, rows) => unchanged === rows },
  'one in ten changed': { at: '2025-04-03', target: 4, isChanged: true, check: ({ changed, unchanged }, rows) => changed === Math.ceil(rows / 10) && changed + unchanged === rows },
}

export async function run({ engines, postgresUrl, directory, tell }) {
  const files = (rows) => ({ plain: directory(`${rows}.csv`), changed: directory(`${rows}-changed.csv`) })
  for (const rows of isServerAlone ? [count] : new Set([count, few])) {
    const { plain, changed } = files(rows)
    mkdirSync(dirname(plain), { recursive: true })
    writeCsv(plain, numbered(rows, customer))
    writeCsv(changed, numbered(rows, (i) => (i % 10 === 0 ? changedCustomer(i, changedAt) : customer(i))))
  }
  const bare = await plainTable(postgresUrl)
  const found = []
  const native = new Map()
  for await (const { engineName, engine } of engines()) {
    const isServer = engineName === 'postgres'
    for (const rows of isServerAlone ? [count] : isServer ? new Set([count, few]) : [few]) {
      for (const [kind, definition] of Object.entries(definitions)) {
        const times = await measure({ engine, definition, files: files(rows), rows, bare, say: (text) => tell(`${engineName}, ${kind}, ${rows} rows: ${text}`) })
        for (const [method, { target }] of Object.entries(methods)) {
          const timesMs = times[method]
          const medianMs = median(timesMs)
          const label = `${kind}: ${method}${rows === count ? '' : `, ${rows.toLocaleString('en')} rows`}`
          // Of each round by itself: what disturbs the machine for a while disturbs both.
          const ratio = median(timesMs.map((ms, round) => ms / times.copy[round]))
          const against = native.get(`${kind} ${method}`)
          const isJudged = isServer && rows === count
          if (isServer && rows === few) native.set(`${kind} ${method}`, medianMs)
          found.push({ engine: engineName, method: label, medianMs, rate: (rows / medianMs) * 1000, ratio, target: isJudged ? `<= ${target.toFixed(1)}` : against && `<= 4.0 x the server's time: ${(medianMs / against).toFixed(2)}`, isMet: isJudged ? ratio <= target : against && medianMs / against <= 4, timesMs: timesMs.map(Math.round), copyMs: times.copy.map(Math.round) })
        }
      }
    }
  }
  await bare.close()
  return found
}

function* numbered(rows, make) {
  for (let i = 0; i < rows; i++) yield make(i)
}

/** Round by round: the bare copy, then the loads one after the other into a dimension that was not there. */
async function measure({ engine: plainEngine, definition, files, rows, bare, say }) {
  const { engine, longest } = timedEngine(plainEngine)
  const dimension = dimensionOn(engine, definition)
  const times = { copy: [], ...Object.fromEntries(Object.keys(methods).map((method) => [method, []])) }
  for (let round = 0; round <= rounds; round++) {
    await forget(plainEngine, definition)
    times.copy.push(await bare.copy(files.plain))
    for (const [method, { at, isChanged, check }] of Object.entries(methods)) {
      await plainEngine.query(sql`checkpoint`)
      globalThis.gc?.()
      longest(0)
      const started = performance.now()
      const { counts, timings } = await dimension.load(csv(createReadStream(isChanged ? files.changed : files.plain)), { at, complete: true })
      times[method].push(performance.now() - started)
      if (!check(counts, rows)) throw new Error(`${method}: ${JSON.stringify(counts)}`)
      say(`round ${round} of ${rounds}, ${method}: ${Math.round(times[method].at(-1))} ms, ${(times[method].at(-1) / times.copy.at(-1)).toFixed(2)} x COPY (${Math.round(timings.stageMs)} ms of it staging)`)
      if (round === rounds) for (const { label, ms } of longest(8)) say(`  ${String(ms).padStart(6)} ms  ${label}`)
    }
  }
  return Object.fromEntries(Object.entries(times).map(([method, all]) => [method, all.slice(1)])) // the first round warms up
}

/** COPY of the file into a plain table, with nothing of ours around it. */
async function plainTable(url) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return {
    copy: async (file) => {
      await client.query('create schema if not exists bench; drop table if exists bench.plain; create table bench.plain (customer_id integer, code varchar(20), name text, active boolean, balance numeric(12,2), ratio double precision, born date, updated_at timestamptz, visits bigint, note text); checkpoint')
      const started = performance.now()
      await pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), client.query(copyFrom('copy bench.plain from stdin (format csv, header)')))
      return performance.now() - started
    },
    close: () => client.end(),
  }
}
