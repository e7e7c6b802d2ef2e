import { createReadStream, createWriteStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { alignTable, etlBatch, partitionedFact, rowEncoder, sentColumns } from '@varve/core'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { median } from '../ratio-table.mjs'
import { clients, members, periods, shift, shiftRows, shifts, versionsEach, versionsOf } from '../shift-rows.mjs'

export const name = 'partitioned-fact'
export const title = 'shifts over 26 partitions, staged, with their surrogate keys as of the event, against COPY of the same rows into the same table'

const count = Number(process.env.VARVE_BENCH_ROWS ?? 1_000_000)
const rounds = Number(process.env.VARVE_BENCH_ROUNDS ?? 3)
const few = 2000
const employees = versionsOf('dim_employee', 'employeeId')
const customers = versionsOf('dim_client', 'clientId')
const shapeOf = (dimension, key) => ({ table: dimension.spec, key: [key], surrogateKey: 'surrogate_key', validFrom: 'valid_from', validTo: 'valid_to', openEnd: null })

class ShiftFact extends partitionedFact(shifts, {
  identity: ['shiftId'],
  eventTime: 'startDatetime',
  batchId: 'etlBatchId',
  updatedAt: 'updatedAt',
  dimensions: {
    employeeKey: { dimension: shapeOf(employees, 'employee_id'), by: ['employeeId'], missing: 'infer' },
    clientKey: { dimension: shapeOf(customers, 'client_id'), by: ['clientId'] },
  },
}) {}

/** First load, re-load with one row in twenty changed, and re-load with nothing changed: each against a bare COPY of the same round. */
export async function run({ engines, postgresUrl, directory, tell }) {
  const found = []
  const copyFile = directory('copy.txt')
  mkdirSync(dirname(copyFile), { recursive: true })
  await pipeline(Readable.from(copyLines()), createWriteStream(copyFile))
  for await (const { engineName, engine } of engines()) {
    if (engineName !== 'postgres') continue
    const fact = new ShiftFact(engine)
    await makeVersions(engine, employees, 'employee_id', members)
    await makeVersions(engine, customers, 'client_id', clients)
    await fact.prepare()
    await fact.ensurePartitions(periods)
    const client = new pg.Client({ connectionString: postgresUrl })
    await client.connect()
    const copy = () => pipeline(createReadStream(copyFile, { highWaterMark: 256 * 1024 }), client.query(copyFrom(`copy bench.fact_shift (${sentColumns(shifts.spec).map((column) => column.name).join(', ')}) from stdin`)))
    const load = async (rows) => {
      let counts
      await etlBatch({
        pipeline: 'bench shifts',
        extract: (context) => fact.stage(context, rows),
        load: async (context, staged) => {
          counts = (await fact.load(context, staged)).counts
        },
      }).run(engine)
      return counts
    }
    const changed = Math.floor((count + 12) / 20)
    const methods = {
      'bare COPY': { before: empty, work: copy },
      'first load': { before: empty, work: () => load(shiftRows(count, 0)), check: ({ new: added }) => added === count, target: 3 },
      're-load, 5 % changed': { work: () => load(shiftRows(count, 1)), check: (counts) => counts.changed === changed && counts.unchanged === count - changed, target: 3.5 },
      're-load, nothing changed': { work: () => load(shiftRows(count, 1)), check: (counts) => counts.unchanged === count },
      [`${few} rows, half of them new`]: { work: () => load(fewRows()), rows: few, check: (counts) => counts.new === few / 2 && counts.changed === few / 40 },
    }
    let brought = count
    // As a day brings them: some shifts of the last period again, some of them changed, and as many that are new.
    function fewRows() {
      const again = Array.from({ length: few / 2 }, (_, at) => shift(count - few / 2 + at, count, 2 + brought))
      const fresh = Array.from({ length: few / 2 }, (_, at) => ({ ...shift(count - 1 - at, count), shiftId: 5_000_000 + brought + at }))
      brought += few / 2
      return [...again, ...fresh]
    }
    async function empty() {
      await engine.query(sql`truncate bench.fact_shift`)
      await engine.query(sql`checkpoint`)
    }
    const times = Object.fromEntries(Object.keys(methods).map((method) => [method, []]))
    for (let round = 0; round <= rounds; round++) {
      for (const [method, { before, work, check }] of Object.entries(methods)) {
        await before?.()
        globalThis.gc?.()
        const started = performance.now()
        const counts = await work()
        times[method].push(performance.now() - started)
        if (check && !check(counts)) throw new Error(`${method}: ${JSON.stringify(counts)}`)
        tell(`round ${round} of ${rounds}: ${method} ${Math.round(times[method].at(-1))} ms`)
      }
    }
    const { rows } = await engine.query(sql`select count(*) filter (where employee_key is null or client_key is null) as lost from bench.fact_shift`)
    if (rows[0].lost !== 0n) throw new Error(`${rows[0].lost} facts have no surrogate key`)
    await client.end()
    for (const [method, { target, rows: own = count }] of Object.entries(methods)) {
      const timesMs = times[method].slice(1) // the first round warms up
      const medianMs = median(timesMs)
      const ratio = method === 'bare COPY' || own < count ? undefined : median(timesMs.map((ms, round) => ms / times['bare COPY'][round + 1]))
      found.push({ engine: engineName, method, medianMs, rate: (own / medianMs) * 1000, ratio, target: target && `<= ${target.toFixed(1)}`, isMet: target && ratio <= target, timesMs: timesMs.map(Math.round) })
    }
  }
  return found
}

/** The bytes of a COPY: rows as they end up in the table, keys and batch included. */
function* copyLines() {
  const encode = rowEncoder(sentColumns(shifts.spec))
  const escapes = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
  let text = ''
  for (let i = 0; i < count; i++) {
    const row = { ...shift(i, count), employeeKey: i % 500_000, clientKey: i % 25_000, etlBatchId: '0195e7c2-0000-7000-8000-000000000001', updatedAt: '2025-01-01T00:00:00Z' }
    text += `${encode(row).map((value) => (value === null ? '\\N' : value.replace(/[\\\n\r\t]/g, (one) => escapes[one]))).join('\t')}\n`
    if (text.length > 256 * 1024) {
      yield text
      text = ''
    }
  }
  yield text
}

async function makeVersions(engine, dimension, key, memberCount) {
  await alignTable(engine, dimension.spec)
  const { name: table } = dimension.spec
  await engine.query(sql`insert into bench.${sql.identifier(table)} (${sql.identifier(key)}, name, valid_from, valid_to)
    select m, 'Name ' || m || ' of version ' || v, timestamptz '2024-06-01' + v * interval '60 days', case when v < ${sql.raw(String(versionsEach - 1))} then timestamptz '2024-06-01' + (v + 1) * interval '60 days' end
    from generate_series(0, ${sql.raw(String(memberCount - 1))}) m, generate_series(0, ${sql.raw(String(versionsEach - 1))}) v`)
  await engine.query(sql`analyze bench.${sql.identifier(table)}`)
}
