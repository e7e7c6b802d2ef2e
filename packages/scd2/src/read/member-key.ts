import { sql } from 'drizzle-orm'
import { Rejection, tableLabel, valueReader, VarveError, type InputOf, type NotNullKeyOf } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import type { Selection } from './version-query.js'

/** The natural key of a member, by property. Every column of the key is needed, which is checked when it is used. */
export type MemberKey<D extends DimensionDefinition> = {
  readonly [P in NotNullKeyOf<D['declared']>]?: InputOf<D['declared']>[P & keyof InputOf<D['declared']>]
}

/** The versions of one member. */
export function keyCondition<D extends DimensionDefinition>(definition: D, key: MemberKey<D>): Selection {
  const given = new Map<string, unknown>(Object.entries(key))
  const properties = definition.key.map((column) => column.property)
  const refuse = (what: string) => new VarveError('V1009', `The key of a member of ${tableLabel(definition.table)} ${what}. It has ${properties.map((property) => `"${property}"`).join(', ')}.`, { context: { table: tableLabel(definition.table), key } })
  const extra = [...given.keys()].find((property) => !properties.includes(property))
  if (extra !== undefined) throw refuse(`has no column "${extra}"`)
  const values = definition.key.map((column) => {
    const value = given.get(column.property)
    if (value === undefined || value === null) throw refuse(`needs a value of "${column.property}"`)
    const answer = valueReader(column.type)(value)
    if (answer instanceof Rejection) throw refuse(`cannot be read: the value of "${column.property}" ${answer.message}`)
    return { column, text: answer }
  })
  return (_interval, { phrases }, alias) =>
    sql.join(values.map(({ column, text }) => sql`${phrases.column(column.name, alias)} = ${phrases.cast(sql`${text}`, column.type)}`), sql` and `)
}
