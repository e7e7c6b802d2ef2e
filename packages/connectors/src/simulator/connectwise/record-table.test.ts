import { describe, expect, it } from 'vitest'
import { Random } from '../random.js'
import { RecordTable } from './record-table.js'

const table = () => new RecordTable([2, 5, 9].map((id) => ({ id, text: `row ${id}` })))

describe('a table of records', () => {
  it('finds rows by id, and the place behind one', () => {
    expect([table().find(5), table().find(4)]).toEqual([{ id: 5, text: 'row 5' }, undefined])
    expect([0, 2, 4, 5, 9, 10].map((id) => table().placeBehind(id))).toEqual([0, 1, 1, 2, 3, 3])
  })

  it('replaces, adds and removes rows, and stays in order', () => {
    const rows = table()
    rows.put({ id: 5, text: 'other' })
    rows.put({ id: 7, text: 'between' })
    rows.put({ id: rows.nextId, text: 'last' })
    rows.remove(2)
    rows.remove(3)
    expect(rows.rows.map(({ id, text }) => `${id} ${text}`)).toEqual(['5 other', '7 between', '9 row 9', '10 last'])
  })

  it('remembers what it had when all is gone: its fields, and the ids that were given', () => {
    const rows = table()
    for (const id of [2, 5, 9]) rows.remove(id)
    expect([rows.rows, [...(rows.names ?? [])], rows.nextId]).toEqual([[], ['id', 'text'], 10])
    expect(new RecordTable([]).names).toBeUndefined()
  })

  it('gives some rows, each once, or all where there are fewer', () => {
    const random = new Random('some')
    for (let round = 0; round < 20; round++) {
      const some = table().some(2, random).map(({ id }) => id)
      expect([some.length, new Set(some).size, [...some].toSorted((a, b) => a - b)]).toEqual([2, 2, some])
    }
    expect(table().some(5, random)).toHaveLength(3)
  })
})
