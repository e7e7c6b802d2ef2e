import fc from 'fast-check'
import { LosslessNumber } from 'lossless-json'
import { describe, expect, it } from 'vitest'
import { follow, sourcePath } from './source-path.js'

const at = (path: string, row: object) => follow(sourcePath(path).steps, row)

describe('a path finds its value', () => {
  it.each<[string, object, unknown]>([
    ['id', { id: 7 }, 7],
    ['TKT-Ticket ID', { 'TKT-Ticket ID': 7 }, 7],
    ['TKT-Job#/Ref#', { 'TKT-Job#/Ref#': 'J1' }, 'J1'],
    ['status.name', { status: { name: 'Open' } }, 'Open'],
    ['status__name', { status: { name: 'Open' } }, 'Open'],
    ['status__name', { status__name: 'flat', status: { name: 'nested' } }, 'flat'],
    ['status.name', { 'status.name': 'flat', status: { name: 'nested' } }, 'flat'],
    ['_info__lastUpdated', { _info: { lastUpdated: 'x' } }, 'x'],
    ['company__custom___id', { company: { custom: { _id: 1 } } }, 1],
    ['custom___id', { custom_: { id: 1 } }, 1],
    ['__typename', { __typename: 'Ticket' }, 'Ticket'],
    ['fields.System.Title', { fields: { 'System.Title': 'T' } }, 'T'],
    ['fields.System.Title', { fields: { System: { Title: 'T' } } }, 'T'],
    ['a.b__c.d', { a: { b: { c: { d: 1 } } } }, 1],
    ['items[0].name', { items: [{ name: 'a' }] }, 'a'],
    ['items[0]__name', { items: [{ name: 'a' }] }, 'a'],
    ['grid[1][0]', { grid: [[1], [2]] }, 2],
    ['items[0]', { 'items[0]': 'flat', items: ['nested'] }, 'flat'],
    ['items[0].name', { items: { '[0]': { name: 'a' } } }, 'a'],
    ['status', { status: { name: 'Open' } }, { name: 'Open' }],
    ['zero', { zero: 0 }, 0],
    ['constructor', { constructor: 'own' }, 'own'],
  ])('%s in %o', (path, row, expected) => {
    expect(at(path, row)).toEqual(expected)
  })

  it('under any key, whatever characters it has', () => {
    fc.assert(fc.property(fc.string({ minLength: 1, unit: fc.constantFrom('a', 'B', '.', '_', '[', '0', ']', ' ', '#', 'é') }), (key) => {
      expect(at(key, { [key]: 'found' })).toBe('found')
    }))
  })

  it('at any depth, however the keys are joined', () => {
    const key = fc.stringMatching(/^_?[a-z]{1,4}$/)
    fc.assert(fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), fc.infiniteStream(fc.constantFrom('.', '__')), (keys, separators) => {
      const path = keys.slice(1).reduce((text, next) => text + separators.next().value + next, keys[0] as string)
      expect(at(path, keys.reduceRight<unknown>((inner, next) => ({ [next]: inner }), 'found') as object)).toBe('found')
    }))
  })
})

describe('absent and null are told apart', () => {
  it.each<[string, object]>([
    ['id', {}],
    ['id', { id: undefined }],
    ['status.name', { status: {} }],
    ['status.name', { status: 'Open' }],
    ['items[1]', { items: ['a'] }],
    ['items[0]', { items: { 0: 'a' } }],
    ['items.length', { items: [] }],
    ['items.0', { items: ['a'] }],
    ['toString', {}],
    ['status.constructor', { status: {} }],
    ['amount.value', { amount: new LosslessNumber('1.5') }],
    ['at.getTime', { at: new Date(0) }],
  ])('%s is absent in %o', (path, row) => {
    expect(at(path, row)).toBeUndefined()
  })

  it.each<[string, object]>([
    ['id', { id: null }],
    ['owner.name', { owner: null }],
    ['owner__name', { owner: { name: null } }],
    ['items[0].name', { items: [null] }],
  ])('%s is null in %o', (path, row) => {
    expect(at(path, row)).toBeNull()
  })
})
