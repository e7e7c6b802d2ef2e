// A process that streams generated rows into a staging table: `stream-events <url> <objects|ndjson|csv> <rows>`. It says its peak memory in MiB.
import { csv, ndjson, openEngine, stageRows, stagingTable, t, table, type RowSource } from '../../src/index.ts'

const [url = '', form = '', count = '0'] = process.argv.slice(2)
const events = table('events', {
  id: t.integer().notNull(), name: t.text(), street: t.text(80), city: t.text(40), points: t.bigint(), price: t.decimal(10, 2), ratio: t.float(), active: t.boolean(), born: t.date(), seenAt: t.timestamp().notNull(),
})
const rowAt = (id: number) => ({
  id, name: `Name ${id}`, street: id % 9 === 0 ? null : `${id % 977} Long Street`, city: `City ${id % 311}`, points: id * 1009, price: `${id % 9999}.50`, ratio: (id % 1000) / 8, active: id % 3 === 0, born: '1990-01-01', seenAt: '2024-01-01T10:00:00Z',
})

async function* objects() {
  for (let id = 0; id < Number(count); id++) yield await Promise.resolve(rowAt(id))
}

function* lines(write: (row: ReturnType<typeof rowAt>) => string): Generator<string> {
  for (let at = 0; at < Number(count); at += 500) yield Array.from({ length: Math.min(500, Number(count) - at) }, (_, i) => write(rowAt(at + i))).join('')
}

const sources: Readonly<Record<string, () => RowSource<object>>> = {
  objects,
  ndjson: () => ndjson(lines((row) => `${JSON.stringify(row)}\n`)),
  csv: () => csv((function* () {
    yield `${Object.keys(rowAt(0)).join(',')}\n`
    yield* lines((row) => `${Object.values(row).map((value) => value ?? '').join(',')}\n`)
  })()),
}

const target = { schema: undefined, name: 'events_stage' }
const source = sources[form]
if (!source) throw new Error(`There is no form "${form}".`)
await using engine = await openEngine(url)
await engine.change({ kind: 'drop-table', table: target })
await engine.change({ kind: 'create-table', table: stagingTable(events.spec, target), unlogged: true })
const { staged } = await stageRows(engine, events.spec, target, source(), { reject: ([row]) => Promise.reject(new Error(row?.message)), find: () => Promise.resolve() })
process.stdout.write(JSON.stringify({ staged, peakMiB: process.resourceUsage().maxRSS / 1024 }))
