// A process that upserts generated rows: `upsert-events <url> <rows> <round>`. It says what became of them, and its peak memory in MiB.
import { currentTable, openEngine, t, table } from '../../src/index.ts'

const [url = '', count = '0', round = '0'] = process.argv.slice(2)
const columns = { login: t.text().notNull(), ticket: t.integer(), title: t.text(), hours: t.decimal(10, 2), seenAt: t.timestamp(), updatedAt: t.timestamp() }
class Events extends currentTable(table(`events_${count}`, columns), { key: ['login', 'ticket'], updatedAt: 'updatedAt' }) {}

async function* rows() {
  for (let at = 0; at < Number(count); at++) {
    yield await Promise.resolve({ login: `user ${at}`, ticket: at % 5 === 0 ? null : at, title: `Entry ${at} of many, with some words in it${at % 100 === 7 ? ` ${round}` : ''}`, hours: (at % 30) / 4, seenAt: '2026-01-05T10:00:00Z' })
  }
}

await using engine = await openEngine(url)
const { counts } = await new Events(engine).upsert(rows())
process.stdout.write(JSON.stringify({ counts, peakMiB: process.resourceUsage().maxRSS / 1024 }))
