// Streams so many rows into a staging table, and says its own peak memory: `node stream-rows.mjs <url> objects <rows>` generates them,
// `… <url> <ndjson|csv> <rows> <file>` reads a file, as a load does.
import { csv, ndjson, openEngine, stageRows, stagingTable, t, table } from '@varve/core'
import { createReadStream } from 'node:fs'
import { eventAt } from './event-files.mjs'

const [url, form, count, file] = process.argv.slice(2)
const rows = Number(count)
const events = table('events', {
  id: t.integer().notNull(), name: t.text(), street: t.text(80), city: t.text(40), points: t.bigint(), price: t.decimal(10, 2), ratio: t.float(), active: t.boolean(), born: t.date(), updatedAt: t.timestamp().notNull(),
})

async function* objects() {
  for (let i = 0; i < rows; i++) yield eventAt(i)
}

const source = { objects, ndjson: () => ndjson(createReadStream(file)), csv: () => csv(createReadStream(file)) }[form]

const target = { schema: undefined, name: `events_${form}` }
const engine = await openEngine(url)
await engine.change({ kind: 'drop-table', table: target })
await engine.change({ kind: 'create-table', table: stagingTable(events.spec, target), unlogged: true })
const start = performance.now()
const staged = await stageRows(engine, events.spec, target, source(), { reject: (rejected) => Promise.reject(new Error(rejected[0].message)), find: () => Promise.resolve() })
const seconds = (performance.now() - start) / 1000
await engine.change({ kind: 'drop-table', table: target })
await engine.close()
if (staged.staged !== rows) throw new Error(`${staged.staged} rows were staged, not ${rows}`)
process.stdout.write(JSON.stringify({ peakMiB: process.resourceUsage().maxRSS / 1024, seconds }))
