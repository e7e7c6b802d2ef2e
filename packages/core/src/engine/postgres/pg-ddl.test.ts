import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inlineExpression } from './pg-ddl.js'

describe('values in an expression of Postgres', () => {
  it.each<[text: string, value: unknown]>([
    ['true', true],
    ['null', null],
    ['12', 12],
    ['(-1.5)', -1.5],
    ['(-9007199254740993)', -9007199254740993n],
    ["'Infinity'::double precision", Infinity],
    ["'o''Hara \\ ü'", "o'Hara \\ ü"],
    ["'2025-03-31T10:00:00.500Z'::timestamp with time zone", new Date('2025-03-31T10:00:00.5Z')],
    ["'\\x00ff'::bytea", new Uint8Array([0, 255])],
    [`'{"a":"it''s"}'::jsonb`, { a: "it's" }],
  ])('a value is written %s', (text, value) => expect(inlineExpression(sql`x = ${value}`)).toBe(`x = ${text}`))

  it('a minus before a negative value begins no comment', () => {
    expect(inlineExpression(sql`${sql.identifier('a"b')} > -${-1} and y in ${[1, -2]}`)).toBe('"a""b" > -(-1) and y in (1, (-2))')
  })

  it('refuses a placeholder', () => {
    expect(() => inlineExpression(sql`x = ${sql.placeholder('later')}`)).toThrow(expect.objectContaining({ code: 'V1003' }) as Error)
  })
})
