import { createReadStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { alignTable, csv } from '@varve/core'
import { physicalTable } from '@varve/scd2'
import { sql } from 'drizzle-orm'
import { called, changedCustomer, definitions, dimensionOn, forget, writeCsv } from '../customer-dimension.mjs'
import { median } from '../ratio-table.mjs'
import { timedEngine } from '../statement-times.mjs'

export const name = 'partial-load'
export const title = 'partial loads of 10,000 rows, all changed, into members with ten versions each, against members with one'

const members = Number(process.env.VARVE_BENCH_ROWS ?? 1_000_000)
const rounds = Number(process.env.VARVE_BENCH_ROUNDS ?? 5)
const sent = Math.min(10_000, members / 10)

export async function run({ engines, directory, tell }) {
  const found = []
  mkdirSync(dirname(directory('x')), { recursive: true })
  const file = directory('partial.csv')
  for await (const { engineName, engine: plain } of engines()) {
    // The embedded engine gets fewer members: what is shown is that the number of versions does not matter.
    const own = engineName === 'postgres' ? members : members / 10
    const { engine, longest } = timedEngine(plain)
    for (const [kind, definition] of Object.entries(definitions)) {
      const tables = [1, 10].map((versions) => ({ versions, one: called(definition, `customer_${versions}`), timesMs: [] }))
      for (const { versions, one } of tables) await makeVersions(plain, one, own, versions)
      for (let round = 0; round <= rounds; round++) {
        // By turns: what disturbs the machine for a while disturbs both.
        for (const { versions, one, timesMs } of tables) {
          const at = new Date(Date.UTC(2025, 3, 2 + round)).toISOString()
          writeCsv(file, spread(own, at))
          await plain.query(sql`checkpoint`)
          longest(0)
          const started = performance.now()
          const { counts, timings } = await dimensionOn(engine, one).load(csv(createReadStream(file)), { at })
          const ms = performance.now() - started
          if (round > 0) timesMs.push(ms) // the first round warms up
          if (counts.changed !== sent) throw new Error(JSON.stringify(counts))
          tell(`${engineName}, ${kind}, ${versions} versions, round ${round} of ${rounds}: ${Math.round(ms)} ms (${Math.round(timings.stageMs)} ms of it staging)`)
          if (round === rounds) for (const { label, ms: took } of longest(8)) tell(`  ${String(took).padStart(6)} ms  ${label}`)
        }
      }
      const [{ timesMs: firstMs }] = tables
      for (const { versions, one, timesMs } of tables) {
        const medianMs = median(timesMs)
        const ratio = median(timesMs.map((ms, round) => ms / firstMs[round]))
        found.push({ engine: engineName, method: `${kind}: ${own.toLocaleString('en')} members, ${versions} version${versions === 1 ? '' : 's'} each`, medianMs, rate: (sent / medianMs) * 1000, ratio, target: versions === 1 ? undefined : '< 2.0', isMet: ratio < 2, timesMs: timesMs.map(Math.round) })
        await forget(plain, one)
      }
    }
  }
  return found
}

/** Rows for members all over the dimension, each with values that it never had. */
function* spread(own, updatedAt) {
  for (let at = 0; at < sent; at++) yield changedCustomer(Math.floor((at * own) / sent), updatedAt)
}

/** The dimension as so many loads would have left it, written straight into its table. */
async function makeVersions(engine, definition, own, versions) {
  await forget(engine, definition)
  const spec = physicalTable(definition)
  await engine.change({ kind: 'create-table', table: { ...spec, primaryKey: [] } })
  const [table, last, gap] = [engine.phrases.table(spec), sql.raw(String(versions - 1)), sql`interval '30 days'`]
  const begin = sql`timestamptz '2024-05-01' + v * ${gap}`
  await engine.query(sql`insert into ${table} (customer_id, code, name, active, balance, ratio, born, updated_at, visits, note, valid_from, valid_to, is_current, etl_batch_id, closed_by_batch_id)
    select m, 'C-' || m % 9973, 'Customer number ' || m, m % 3 = 0, v + m % 10000, m % 1000 / 8.0, date '1990-01-01' + m % 1000, ${begin}, 1000003 * m::bigint, 'as of version ' || v,
      ${begin}, case when v < ${last} then ${begin} + ${gap} end, v = ${last}, gen_random_uuid(), case when v < ${last} then gen_random_uuid() end
    from generate_series(0, ${last}) v, generate_series(0, ${sql.raw(String(own - 1))}) m`)
  await engine.query(sql`alter table ${table} add constraint ${sql.identifier(`${spec.name}_pkey`)} primary key (customer_id, valid_from)`)
  await alignTable(engine, spec)
  await engine.query(sql`vacuum analyze ${table}`)
}
