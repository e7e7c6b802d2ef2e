import { expectTypeOf, it } from 'vitest'
import { currentTable, t, table, type CurrentCounts, type ExtractContext, type Mapping } from '../src/index.ts'

const entries = table('desk.timesheets', {
  id: t.bigint().identity(),
  login: t.text().notNull(),
  ticket: t.integer().named('TS-Crm ID'),
  hours: t.decimal(9, 2),
  modified: t.timestamp(),
  status: t.text(),
  createdAt: t.timestamp(),
  updatedAt: t.timestamp(),
  batch: t.uuid(),
}, { primaryKey: ['id'] })

class Timesheets extends currentTable(entries, { key: ['login', 'ticket'], sequence: 'modified', createdAt: 'createdAt', updatedAt: 'updatedAt', batchId: 'batch' }) {}

declare const timesheets: Timesheets
declare const context: ExtractContext
declare const mapping: Mapping

it('takes rows without what a load or the engine fills in', () => {
  type Row = typeof Timesheets.definition.$input
  expectTypeOf<keyof Row>().toEqualTypeOf<'login' | 'ticket' | 'hours' | 'modified' | 'status'>()
  expectTypeOf<typeof Timesheets.definition.$key>().toEqualTypeOf<{ login: string | number | bigint | boolean; ticket?: string | number | bigint | null | undefined }>()
  void (() => timesheets.upsert([{ login: 'ann', ticket: null, hours: '1.5' }]))
  void (() => timesheets.stage(context, [{ login: 'ann' }]))
  // @ts-expect-error hours are a number
  void (() => timesheets.upsert([{ login: 'ann', hours: true }]))
  // @ts-expect-error the batch is filled in
  void (() => timesheets.stage(context, [{ login: 'ann', batch: '0195e7c2-0000-7000-8000-000000000001' }]))
  void (() => timesheets.upsert([{ 'TS-Crm ID': 1 }], { mapping }))
  void (() => timesheets.stageKeys(context, [{ login: 'ann', ticket: 1 }]))
  // @ts-expect-error half of a key
  void (() => timesheets.stageKeys(context, [{ ticket: 1 }]))
  expectTypeOf<Awaited<ReturnType<Timesheets['load']>>>().toEqualTypeOf<CurrentCounts>()
})

it('knows the columns of the table', () => {
  expectTypeOf(currentTable).toBeFunction()
  // @ts-expect-error no such column
  currentTable(entries, { key: ['logn'] })
  // @ts-expect-error a key has columns
  currentTable(entries, { key: [] })
  // @ts-expect-error a sequence has an order
  currentTable(entries, { key: ['login'], sequence: 'status' })
  // @ts-expect-error a batch is a uuid
  currentTable(entries, { key: ['login'], batchId: 'status' })
  // @ts-expect-error when a row was written is an instant
  currentTable(entries, { key: ['login'], updatedAt: 'hours' })
  // @ts-expect-error no such option
  currentTable(entries, { key: ['login'], sequnce: 'modified' })
})
