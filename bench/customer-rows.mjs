import { t, table } from '@varve/core'

/** Ten columns of mixed types. */
export const customers = table('bench.customer', {
  customerId: t.integer().notNull(),
  code: t.text(20).notNull(),
  name: t.text(),
  active: t.boolean(),
  balance: t.decimal(12, 2),
  ratio: t.float(),
  born: t.date(),
  updatedAt: t.timestamp().notNull(),
  visits: t.bigint(),
  note: t.text(),
})

const two = (value) => String(value).padStart(2, '0')

/** Row number `i`, always the same. */
export function customer(i) {
  return {
    customerId: i,
    code: `C-${i % 9973}`,
    name: `Customer number ${i}`,
    active: i % 3 === 0,
    balance: ((i * 7919) % 1_000_000) / 100,
    ratio: (i % 1000) / 8,
    born: `19${50 + (i % 50)}-${two(1 + (i % 12))}-${two(1 + (i % 28))}`,
    updatedAt: `2025-03-${two(1 + (i % 28))}T10:${two(i % 60)}:00.123456Z`,
    visits: 1_000_003 * i,
    note: i % 5 === 0 ? null : `a note, with "quotes" and umlauts: äöü ${i % 77}`,
  }
}

export function* customerRows(count) {
  for (let i = 0; i < count; i++) yield customer(i)
}

/** The same, as a source over a network gives them: a page at a time. */
export async function* customerPages(count) {
  for (let at = 0; at < count; at += 1000) {
    const page = await Promise.resolve(Array.from({ length: Math.min(1000, count - at) }, (_, i) => customer(at + i)))
    yield* page
  }
}

/** The rows as bytes of a format, cut into chunks as a file would be. */
export function chunksOf(lines, chunkBytes = 64 * 1024) {
  const chunks = []
  let text = ''
  for (const line of lines) {
    text += line
    if (text.length >= chunkBytes) {
      chunks.push(Buffer.from(text))
      text = ''
    }
  }
  if (text !== '') chunks.push(Buffer.from(text))
  return chunks
}

const csvField = (value) => (value === null ? '' : /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value))

export function* csvLines(count) {
  yield `${Object.keys(customer(0)).join(',')}\n`
  for (let i = 0; i < count; i++) yield `${Object.values(customer(i)).map(csvField).join(',')}\n`
}

export function* ndjsonLines(count) {
  for (let i = 0; i < count; i++) yield `${JSON.stringify(customer(i))}\n`
}
