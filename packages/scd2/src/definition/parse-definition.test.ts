import { describe, expect, it } from 'vitest'
import { typeText, VarveError } from '@varve/core'
import { definitionJsonSchema } from './definition-schema.js'
import { parseDefinition } from './parse-definition.js'

const whole = {
  table: 'dim_customer', schema: 'public',
  columns: { id: 'integer', name: 'text', price: 'decimal(10,2)', seen_at: 'timestamp', tags: 'json' },
  key: ['id'], overwrite: [], fixed: [], ignore: [], sequence: null, deletes: 'close',
}

const mistakesOf = (json: unknown): unknown => {
  try {
    parseDefinition(json)
  } catch (error) {
    if (error instanceof VarveError && error.code === 'V1010') return error.context['mistakes']
    throw error
  }
  return []
}

describe('a definition in JSON', () => {
  it('says what a definition in TypeScript says', () => {
    const definition = parseDefinition(whole)
    expect(definition.table).toMatchObject({ schema: 'public', name: 'dim_customer' })
    expect(definition.table.columns.map((column) => [column.name, typeText(column.type), column.notNull])).toEqual([
      ['id', 'integer', true], ['name', 'text', false], ['price', 'decimal(10,2)', false], ['seen_at', 'timestamp', false], ['tags', 'json', false],
    ])
    expect(definition.tracked.map((column) => column.property)).toEqual(['name', 'price', 'seen_at', 'tags'])
    expect(definition).toMatchObject({ deletes: 'close', sequence: undefined })
    expect(definition.housekeeping.surrogateKey).toBe('surrogate_key')
  })

  it('is read from its text as well', () => {
    expect(parseDefinition(JSON.stringify(whole)).table.name).toBe('dim_customer')
    expect(mistakesOf('{"table":')).toEqual([expect.stringMatching(/^it is not JSON: /)])
    expect(mistakesOf('[]')).toEqual(['it is not an object. Write { "table": …, "columns": { … }, "key": [ … ] }.'])
  })

  it('makes the key and the sequence not null, and other columns where it says so', () => {
    const definition = parseDefinition({ table: 'a.b', columns: { id: 'integer', at: { type: 'date' }, code: 'text not null', rank: { type: 'integer', nullable: false, name: 'Rank' }, firstSeen: 'date null' }, key: ['id'], sequence: 'at' })
    expect(definition.table.columns.map((column) => [column.property, column.name, column.notNull])).toEqual([['id', 'id', true], ['at', 'at', true], ['code', 'code', true], ['rank', 'Rank', true], ['firstSeen', 'first_seen', false]])
    expect(definition.sequence?.property).toBe('at')
  })

  it('lists every mistake, whichever field it is in', () => {
    expect(mistakesOf({
      schema: 'public',
      columns: { id: 'integer null', name: 'string', price: 'decimal(50,2)', email: 'text', at: 'text', note: { type: 'text not null', nullable: true } },
      key: ['id', 'nr'], overwrite: ['email'], tracked: ['email', 'name', 'price', 'note'], sequence: 'at', deletes: 'remove', guards: { maxClosedShare: 3 }, housekeeping: { valid_to: 'x' }, colour: 'red',
    })).toEqual([
      '"colour" is no field of a definition. Allowed are $schema, table, schema, columns, key, sequence, overwrite, fixed, ignore, tracked, deletes, conflict, overwriteScope, openEnd, guards, rejects, housekeeping.',
      '"table" is missing.',
      'deletes: Invalid option: expected one of "ignore"|"close".',
      'guards.maxClosedShare: Too big: expected number to be <=1.',
      'housekeeping: Unrecognized key: "valid_to".',
      'column "name": "string" is not a column type. Allowed are integer, bigint, text, text(length), boolean, decimal(precision,scale), float, date, timestamp, time, json, uuid and binary.',
      'column "price": decimal(50,2): the precision must lie between 1 and 38, and the scale between 0 and the precision.',
      'column "note" says "text not null" and nullable true. Say it once.',
      'key names "nr", which is no column of the table. Its columns are id, name, price, email, at, note.',
      '"email" stands in overwrite and in tracked. A column has one role: take it out of one of them.',
      'key column "id" may be NULL, and the identity of a member never is: declare it not null.',
      'sequence column "at" is text. Allowed are timestamp and date.',
    ])
  })

  it('lists the mistakes of the others where a column cannot be read at all', () => {
    expect(mistakesOf({ table: 'x', columns: { id: 'int', a: null, b: { type: 'text', length: 5 }, c: 5, d: 'decimal(5)x' }, key: ['id', 'a'], overwrite: ['b', 'q'], sequence: 'c' })).toEqual([
      'column "a" is null. Write its type, such as "text", or { "type": "text", "nullable": false, "name": "in_the_database" }.',
      expect.stringMatching(/^column "b" is \{"type":"text","length":5\}\. /), expect.stringMatching(/^column "c" is 5\. /),
      expect.stringMatching(/^column "id": "int" is not a column type/), expect.stringMatching(/^column "d": "decimal\(5\)x" is not a column type/),
      'overwrite names "q", which is no column of the table. Its columns are id, a, b, c, d.',
    ])
  })

  it('may begin with a byte order mark', () => {
    expect(parseDefinition(`\uFEFF${JSON.stringify(whole)}`).table.name).toBe('dim_customer')
  })

  it('refuses a schema that is given twice, and names that no engine takes', () => {
    expect(mistakesOf({ ...whole, table: 'crm.dim' })).toEqual(['table "crm.dim" carries a schema, and schema is "public". Give it in one place.'])
    expect(mistakesOf({ ...whole, columns: { id: 'integer', aB: 'text', a_b: 'text' } })).toEqual([expect.stringContaining('both become column "a_b"')])
  })

  it('has a JSON Schema that allows what is allowed', () => {
    const schema = definitionJsonSchema()
    expect(schema).toMatchObject({ title: 'Varve dimension', type: 'object', required: ['table', 'columns', 'key'], additionalProperties: false })
    expect(schema['properties']).toMatchObject({ deletes: { enum: ['ignore', 'close'] }, key: { minItems: 1 }, sequence: { anyOf: [{ type: 'string' }, { type: 'null' }] } })
  })
})
