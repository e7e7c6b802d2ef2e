import { describe, expect, it } from 'vitest'
import { t } from '../table/column.js'
import { table } from '../table/table.js'
import { currentDefinition } from './current-definition.js'
import type { CurrentOptions, CurrentTableLike } from './current-options.js'

const columns = { id: t.integer().identity(), login: t.text().notNull(), ticket: t.integer(), note: t.json(), seen: t.timestamp(), made: t.timestamp(), batch: t.uuid() }
const uniquesOf = (declared: CurrentTableLike, key: readonly string[]) => currentDefinition(declared, { key } as unknown as CurrentOptions<CurrentTableLike>).table.uniques

describe('the key of a current table', () => {
  it('is kept by a constraint to which NULLs are equal, where it may hold NULL', () => {
    expect(uniquesOf(table('desk.entries', columns), ['login', 'ticket'])).toEqual([{ name: 'entries_login_ticket_key', columns: ['login', 'ticket'], nullsEqual: true }])
    expect(uniquesOf(table('desk.entries', columns), ['login'])).toEqual([{ name: 'entries_login_key', columns: ['login'], nullsEqual: false }])
  })

  it('needs none where the declaration has one already, in any order of its columns', () => {
    expect(uniquesOf(table('desk.entries', columns, { primaryKey: ['login'] }), ['login'])).toEqual([])
    const declared = table('desk.entries', columns, { unique: [{ columns: ['ticket', 'login'], name: 'ours', nullsEqual: true }] })
    expect(uniquesOf(declared, ['login', 'ticket'])).toEqual([{ name: 'ours', columns: ['ticket', 'login'], nullsEqual: true }])
  })

  it('is not kept by a constraint to which two NULLs are different', () => {
    const declared = table('desk.entries', columns, { unique: [{ columns: ['login', 'ticket'], name: 'loose' }] })
    expect(uniquesOf(declared, ['login', 'ticket']).map(({ nullsEqual }) => nullsEqual)).toEqual([false, true])
  })
})

describe('the declaration of a current table', () => {
  it.each<[what: string, options: object, message: string]>([
    ['no key', { key: [] }, 'key names no column. Name those that tell one row from all others.'],
    ['a column that is not there', { key: ['logn'] }, 'key names "logn", which is no column of the table. Its columns are id, login, ticket'],
    ['a key that names a column twice', { key: ['login', 'login'] }, 'key names a column twice.'],
    ['a key of json', { key: ['note'] }, 'key column "note" is json, which cannot identify a row.'],
    ['a key that the engine fills', { key: ['id'] }, 'key column "id" is filled by the engine, so no row brings it.'],
    ['a key that the load fills', { key: ['batch'], batchId: 'batch' }, 'key column "batch" is filled by the load'],
    ['a sequence in the key', { key: ['seen'], sequence: 'seen' }, '"seen" stands in the key and is the sequence'],
    ['a sequence that the load fills', { key: ['login'], sequence: 'made', createdAt: 'made' }, 'sequence column "made" is filled by the load.'],
    ['one column for two things', { key: ['login'], createdAt: 'made', updatedAt: 'made' }, 'two of batchId, createdBatchId, createdAt and updatedAt name one column.'],
  ])('is refused with %s', (_what, options, message) => {
    const declare = () => currentDefinition(table('desk.entries', columns), options as never)
    expect(declare).toThrow(expect.objectContaining({ code: 'V1003', message: expect.stringContaining(message) as string }) as Error)
    expect(declare).toThrow('The declaration of current table desk.entries has a mistake:')
  })

  it('is refused over partitions, with every other mistake', () => {
    const cut = table('desk.entries', { login: t.text().notNull(), day: t.date().notNull() }, { partitionBy: { list: 'day' } })
    expect(() => currentDefinition(cut, { key: ['login', 'login'] })).toThrow(/has 2 mistakes:\n {2}- key names a column twice\.\n {2}- the table is cut into partitions/)
  })
})
