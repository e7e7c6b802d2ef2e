import { createReadStream, createWriteStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { currentTable, rowEncoder, sentColumns } from '@varve/core'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { median } from '../ratio-table.mjs'
import { timesheet, timesheetRows, timesheets } from '../timesheet-rows.mjs'

export const name = 'current-table'
export const title = 'timesheets upserted by a key of four columns that may be NULL, against COPY of the same rows into the same table, and against one statement a row'

const rowsWanted = Number(process.env.VARVE_BENCH_ROWS ?? 850_000)
const rounds = Number(process.env.VARVE_BENCH_ROUNDS ?? 3)
const embeddedRows = 50_000
const few = 2000
/** One statement a row takes minutes: it is measured on so many rows, and reckoned up. */
const sampleRows = 20_000
const committedRows = 4000

class Timesheets extends currentTable(timesheets, { key: ['username', 'day', 'timeFrom', 'crmId'], createdAt: 'createdAt', updatedAt: 'updatedAt', batchId: 'etlBatchId' }) {}

export async function run({ engines, postgresUrl, directory, tell }) {
  const found = []
  for await (const { engineName, engine } of engines()) {
    const isServer = engineName === 'postgres'
    const count = isServer ? rowsWanted : Math.min(rowsWanted, embeddedRows)
    const current = new Timesheets(engine)
    await current.prepare()
    const load = async (rows) => (await current.upsert(rows)).counts
    const server = isServer ? await serverMethods(postgresUrl, directory('copy.txt'), count) : undefined
    const changed = Math.floor((count + 62) / 100)
    let round = 0
    let brought = count
    // As an hour brings them: some entries of the last days again, some of them changed, and as many that are new.
    function fewRows() {
      const again = Array.from({ length: few / 2 }, (_, at) => timesheet(count - few / 2 + at, 100 + round))
      const fresh = Array.from({ length: few / 2 }, (_, at) => timesheet(brought + at))
      brought += few / 2
      return [...again, ...fresh]
    }
    async function empty() {
      await engine.query(sql`truncate bench.timesheets`)
      if (isServer) await engine.query(sql`checkpoint`)
    }
    const methods = {
      ...(server && { 'bare COPY': { before: empty, work: server.copy } }),
      'first load': { before: empty, work: () => load(timesheetRows(count, 0)), check: ({ new: added }) => added === count },
      // Into the same full table, rows that are there.
      ...(server && { [committed]: { work: () => server.oneByOne(committedRows), rows: committedRows }, [inOne]: { work: () => server.oneByOne(sampleRows, true), rows: sampleRows } }),
      [reload]: { work: () => load(timesheetRows(count, round + 1)), check: (counts) => counts.changed === changed && counts.unchanged === count - changed, ...(server && { target: 4 }) },
      're-load, nothing changed': { work: () => load(timesheetRows(count, round + 1)), check: (counts) => counts.unchanged === count },
      [`${few} rows, half of them new`]: { work: () => load(fewRows()), rows: few, check: (counts) => counts.new === few / 2 && counts.changed === few / 200 },
    }
    const times = Object.fromEntries(Object.keys(methods).map((method) => [method, []]))
    for (; round <= rounds; round++) {
      for (const [method, { before, work, check }] of Object.entries(methods)) {
        await before?.()
        globalThis.gc?.()
        const started = performance.now()
        const counts = await work()
        times[method].push(performance.now() - started)
        if (check && !check(counts)) throw new Error(`${method}: ${JSON.stringify(counts)}`)
        tell(`${engineName}, round ${round} of ${rounds}: ${method} ${Math.round(times[method].at(-1))} ms`)
      }
    }
    await server?.close()
    for (const [method, { target, rows: own = count }] of Object.entries(methods)) {
      const timesMs = times[method].slice(1) // the first round warms up
      const medianMs = median(timesMs)
      const ratio = !server || method === 'bare COPY' || own < count ? undefined : median(timesMs.map((ms, at) => ms / times['bare COPY'][at + 1]))
      found.push({ engine: engineName, method, medianMs, rate: (own / medianMs) * 1000, ratio, target: target && `<= ${target.toFixed(1)}`, isMet: target && ratio <= target, timesMs: timesMs.map(Math.round) })
    }
    if (server) {
      for (const [method, sample, target] of [[committed, committedRows, 20], [inOne, sampleRows]]) {
        const faster = ((median(times[method].slice(1)) / sample) * count) / median(times[reload].slice(1))
        found.push({ what: `${reload}, against ${method} (${sample} measured, reckoned up to ${count})`, figure: `${faster.toFixed(1)} times as fast`, ...(target && { target: `>= ${target}`, isMet: faster >= target }) })
      }
    }
  }
  return found
}

const committed = 'one upsert a row'
const inOne = 'one upsert a row, in one transaction'
const reload = 're-load, 1 % changed'

/** What others do, over a connection of their own. */
async function serverMethods(url, copyFile, count) {
  mkdirSync(dirname(copyFile), { recursive: true })
  await pipeline(Readable.from(copyLines(count)), createWriteStream(copyFile))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  client.on('error', () => undefined) // where the run ends early, the server goes before its client
  const columns = sentColumns(timesheets.spec)
  const quoted = columns.map((column) => `"${column.name}"`)
  const key = ['TS-User Username', 'TS-Date', 'TS-Time From', 'TS-Crm ID']
  const upsert = `insert into bench.timesheets (${quoted.join(', ')}) values (${quoted.map((_, at) => `$${at + 1}`).join(', ')})
    on conflict (${key.map((column) => `"${column}"`).join(', ')}) do update set ${columns.filter((column) => !key.includes(column.name)).map((column) => `"${column.name}" = excluded."${column.name}"`).join(', ')}`
  const encode = rowEncoder(columns)
  return {
    copy: () => pipeline(createReadStream(copyFile, { highWaterMark: 256 * 1024 }), client.query(copyFrom(`copy bench.timesheets (${quoted.join(', ')}) from stdin`))),
    oneByOne: async (rows, isOneTransaction = false) => {
      if (isOneTransaction) await client.query('begin')
      for (let i = 0; i < rows; i++) await client.query(upsert, encode(stamped(i)))
      if (isOneTransaction) await client.query('commit')
    },
    close: () => client.end(),
  }
}

const stamped = (i) => ({ ...timesheet(i), createdAt: '2025-01-01T00:00:00Z', updatedAt: '2025-01-01T00:00:00Z', etlBatchId: '0195e7c2-0000-7000-8000-000000000001' })

/** The bytes of a COPY: rows as they end up in the table, housekeeping included. */
function* copyLines(count) {
  const encode = rowEncoder(sentColumns(timesheets.spec))
  let text = ''
  for (let i = 0; i < count; i++) {
    text += `${encode(stamped(i)).map((value) => value ?? '\\N').join('\t')}\n`
    if (text.length > 256 * 1024) {
      yield text
      text = ''
    }
  }
  yield text
}
