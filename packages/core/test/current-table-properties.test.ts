import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { currentTable, t, table } from '../src/index.ts'
import { CurrentModel, inOrder, refusedNote, type DeliveredEntry, type Entry } from './current-model.ts'

let made = 0

function declare(isSequenced: boolean) {
  const entries = table(`model.entries_${(made += 1)}`, {
    login: t.text().named('TS-User Username'),
    day: t.date().named('TS-Date'),
    ticket: t.integer().named('TS-Crm ID'),
    hours: t.decimal(9, 2).named('TS-Hours'),
    note: t.text(),
    changedAt: t.date(),
  }, { checks: { note: (c) => sql`${c.note} <> ${refusedNote}` } })
  return class extends currentTable(entries, { key: ['login', 'day', 'ticket'], ...(isSequenced && { sequence: 'changedAt' }) }) {}
}

const orNull = <T>(...values: T[]) => fc.constantFrom<T | null>(null, ...values)
const entry = fc.record({ login: orNull('', 'a', 'b|c'), day: orNull('1970-01-01', '2026-01-05'), ticket: fc.oneof({ weight: 9, arbitrary: orNull<number | string>(0, 1) }, { weight: 1, arbitrary: fc.constant('none') }), hours: orNull('0.00', '1.50'), note: orNull('', 'x', refusedNote), changedAt: orNull('2026-01-01', '2026-01-02', '2026-01-03') })
/** Rows of one delivery, in which a column may be left out of all of them. */
const delivery = fc.tuple(fc.array(entry, { maxLength: 14 }), fc.constantFrom<'none' | 'note' | 'changedAt'>('none', 'none', 'note', 'changedAt')).map(([rows, lacks]) => rows.map((row): DeliveredEntry => Object.fromEntries(Object.entries(row).filter(([column]) => column !== lacks)) as unknown as DeliveredEntry))

describeEngines('any deliveries', (context) => {
  it('come to what the model says, row by row and count by count, and a delivery that comes again writes nothing', async () => {
    await fc.assert(fc.asyncProperty(fc.boolean(), fc.array(delivery, { minLength: 1, maxLength: 4 }), async (isSequenced, deliveries) => {
      const current = new (declare(isSequenced))(context.engine)
      const model = new CurrentModel(isSequenced)
      const name = sql`model.${sql.identifier(current.definition.table.name)}`
      const traces = async () => (await context.engine.query(sql`select ctid::text as place, xmin::text as writer from ${name} order by 1`)).rows
      for (const rows of deliveries) {
        expect((await current.upsert(rows as object[])).counts).toEqual(model.load(rows))
        const before = await traces()
        expect((await current.upsert(rows as object[])).counts).toEqual({ ...model.load(rows), new: 0, changed: 0 })
        expect(await traces()).toEqual(before)
      }
      const { rows } = await context.engine.query<{ readonly [P in keyof Entry]: Entry[P] }>(sql`select "TS-User Username" as login, "TS-Date"::text as day, "TS-Crm ID" as ticket, "TS-Hours"::text as hours, note, changed_at::text as "changedAt" from ${name}`)
      const lines = (entries: Iterable<Entry>) => [...entries].map((one) => JSON.stringify(inOrder(one))).toSorted()
      expect(lines(rows)).toEqual(lines(model.held.values()))
    }), { numRuns: Number(process.env['VARVE_RUNS'] ?? 12) })
  }, 60_000)
})
