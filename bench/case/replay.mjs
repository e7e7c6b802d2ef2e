import { csv } from '@varve/core'
import { parseDefinition, Scd2Dimension } from '@varve/scd2'
import { median } from '../ratio-table.mjs'

export const name = 'replay'
export const title = 'daily snapshots into a dimension in one go, against loading them one by one'

const count = Number(process.env.VARVE_BENCH_ROWS ?? 20_000)
const days = 30
const rounds = Number(process.env.VARVE_BENCH_ROUNDS ?? 3)
const changedEvery = 50

/** The members of a day: one in fifty has changed since the day before, and as many come and go. */
function* snapshot(day) {
  yield 'id,name,tier,balance,born\n'
  for (let at = 0; at < count; at += 500) {
    let lines = ''
    for (let id = at; id < Math.min(at + 500, count); id++) {
      if (id % count < day) continue
      const changes = Math.floor((day + (id % changedEvery)) / changedEvery)
      lines += `${id},Customer ${id},tier ${changes},${(id * 7919) % 100_000}.50,1990-01-01\n`
    }
    yield lines
  }
}

/** The same snapshots by turns, each time into a dimension that is not there yet. */
export async function run({ engines, tell }) {
  const found = []
  const definition = parseDefinition({ table: 'dim_customer', columns: { id: 'integer', name: 'text', tier: 'text', balance: 'decimal(10,2)', born: 'date' }, key: ['id'], deletes: 'close' })
  const loads = Array.from({ length: days }, (_, day) => ({ at: new Date(Date.UTC(2025, 0, 1 + day)), complete: true, rows: () => csv(snapshot(day)) }))
  for await (const { engineName, engine } of engines()) {
    const dimension = new Scd2Dimension(engine, definition)
    const methods = {
      'one by one': async () => {
        for (const { at, complete, rows } of loads) await dimension.load(rows(), { at, complete })
      },
      'in one go': async () => {
        const { inOneGo } = await dimension.replay(loads)
        if (inOneGo !== days) throw new Error(`${inOneGo} loads were merged together`)
      },
    }
    const times = { 'one by one': [], 'in one go': [] }
    for (let round = 0; round <= rounds; round++) {
      for (const [method, work] of Object.entries(methods)) {
        for (const table of [definition.table, ...['dimension_loads', 'before_dim_customer'].map((own) => ({ schema: 'varve', name: own }))]) await engine.change({ kind: 'drop-table', table })
        const started = performance.now()
        await work()
        if (round > 0) times[method].push(performance.now() - started) // the first round warms up
      }
      tell(`${engineName}: round ${round} of ${rounds}`)
    }
    for (const method of Object.keys(methods)) {
      const medianMs = median(times[method])
      const ratio = method === 'in one go' ? median(times[method].map((ms, round) => times['one by one'][round] / ms)) : undefined
      found.push({ engine: engineName, method, medianMs, rate: ((count * days) / medianMs) * 1000, ratio, timesMs: times[method].map(Math.round) })
    }
  }
  return found
}
