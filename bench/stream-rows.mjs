// Streams so many generated rows into a staging table, and says its own peak memory: `node stream-rows.mjs <url> <objects|ndjson|csv> <rows>`.
import { csv, ndjson, openEngine, stageRows, stagingTable, t, table } from '@varve/core'

const [url, form, count] = process.argv.slice(2)
const rows = Number(count)
const events = table('events', {
  id: t.integer().notNull(), name: t.text(), street: t.text(80), city: t.text(40), points: t.bigint(), price: t.decimal(10, 2), ratio: t.float(), active: t.boolean(), born: t.date(), updatedAt: t.timestamp().notNull(),
})

const rowAt = (i) => ({
  id: i, name: `Name ${i}`, street: i % 9 === 0 ? null : `${i % 977} Long Street`, city: `City ${i % 311}`, points: i * 1009, price: `${i % 9999}.50`, ratio: (i % 1000) / 8, active: i % 3 === 0, born: '1990-01-01', updatedAt: '2024-01-01T10:00:00Z',
})

async function* objects() {
  for (let i = 0; i < rows; i++) yield rowAt(i)
}

function* lines(write, head) {
  let text = head
  for (let i = 0; i < rows; i++) {
    text += write(rowAt(i))
    if (text.length >= 64 * 1024) {
      yield text
      text = ''
    }
  }
  yield text
}

const source = {
  objects,
  ndjson: () => ndjson(lines((row) => `${JSON.stringify(row)}\n`, '')),
  csv: () => csv(lines((row) => `${Object.values(row).map((value) => value ?? '').join(',')}\n`, 'id,name,street,city,points,price,ratio,active,born,updatedAt\n')),
}[form]

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
