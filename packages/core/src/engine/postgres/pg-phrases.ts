import { sql } from 'drizzle-orm'
import type { Phrases } from '../phrases.js'
import { inlineExpression, pgType } from './pg-ddl.js'

/** How Postgres spells the pieces that engines differ in. */
export const pgPhrases: Phrases = {
  table: ({ schema, name }) => (schema === undefined ? sql`${sql.identifier(name)}` : sql`${sql.identifier(schema)}.${sql.identifier(name)}`),
  column: (name, alias) => (alias === undefined ? sql`${sql.identifier(name)}` : sql`${sql.identifier(alias)}.${sql.identifier(name)}`),
  same: (left, right) => sql`${left} is not distinct from ${right}`,
  now: () => sql`clock_timestamp()`,
  boolean: (value) => sql.raw(value ? 'true' : 'false'),
  cast: (value, type) => sql`cast(${value} as ${sql.raw(pgType(type))})`,
  countRows: () => sql`count(*)`,
  computedOnce: (name, query) => sql`with ${sql.identifier(name)} as materialized (${query})`,
  updateFrom: ({ target, alias, set, from, where }) =>
    sql`update ${pgPhrases.table(target)} as ${sql.identifier(alias)} set ${sql.join(set.map(([column, value]) => sql`${sql.identifier(column)} = ${value}`), sql`, `)} from ${from} where ${where}`,
  moveRows: ({ from, alias, to, columns, set, where }) => {
    const moved = sql.join(columns.map((column) => sql.identifier(column)), sql`, `)
    const names = sql.join([...columns, ...set.map(([column]) => column)].map((column) => sql.identifier(column)), sql`, `)
    return sql`with moved as (delete from ${pgPhrases.table(from)} as ${sql.identifier(alias)} where ${where} returning ${sql.join(columns.map((column) => pgPhrases.column(column, alias)), sql`, `)})
      insert into ${pgPhrases.table(to)} (${names}) select ${sql.join([moved, ...set.map(([, value]) => value)], sql`, `)} from moved`
  },
  rowPlace: (alias) => sql`${sql.identifier(alias)}.ctid`,
  firstRows: (count) => sql`fetch first ${sql.raw(String(Math.trunc(count)))} rows only`,
  inline: inlineExpression,
}
