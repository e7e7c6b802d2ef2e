import { sql, type SQL } from 'drizzle-orm'
import type { FactLoad } from './fact-load.js'
import type { SettledReference } from './fact-definition.js'
import { dawnOfTime } from './inferred-members.js'

/** The surrogate keys of rows: what to join to them, and what each key then is. */
export interface KeyLookUp {
  readonly joins: SQL
  readonly keys: readonly (readonly [column: string, value: SQL])[]
}

/**
 * Looks up the versions valid at the event times of rows, called `w`: a join for each dimension.
 *
 * @param among Where the natural keys of these rows are found, called `n`: only members that stand there are read of the dimension.
 */
export function lookUpKeys(load: FactLoad, references: readonly SettledReference[], among: (reference: SettledReference) => SQL): KeyLookUp {
  return {
    joins: sql.join(references.map((reference, at) => versionJoin(load, reference, `v${at}`, among(reference))), sql` `),
    keys: references.map((reference, at) => [reference.column.name, foundKey(load, reference, `v${at}`)]),
  }
}

/** Whether a row refers to a member at all. */
export function refers(load: FactLoad, { by }: SettledReference, alias: string): SQL {
  return sql.join(by.map((column) => sql`${load.column(column, alias)} is not null`), sql` and `)
}

/** Whether a row, by its alias, refers to a version of the dimension, by its own. */
export function sameMember(load: FactLoad, { by, dimension }: SettledReference, alias: string, version: string): SQL {
  return sql.join(by.map((column, place) => sql`${load.phrases.column(dimension.key[place] ?? '', version)} = ${load.column(column, alias)}`), sql` and `)
}

/** The instant of a row's event. */
export function eventInstant(load: FactLoad, { at }: SettledReference, alias: string): SQL {
  return at.type.kind === 'date' ? load.phrases.cast(load.column(at, alias), { kind: 'timestamp' }) : load.column(at, alias)
}

function versionJoin(load: FactLoad, reference: SettledReference, alias: string, among: SQL): SQL {
  const { phrases } = load
  const { dimension, early } = reference
  const { key, surrogateKey, validFrom, validTo } = dimension
  const table = phrases.table(dimension.table)
  const sameKey = (one: string, other: string) => sql.join(key.map((name) => sql`${phrases.column(name, one)} = ${phrases.column(name, other)}`), sql` and `)
  // One pass over the members tells their first and their last version: facts often lie before the first, all of them on the day a warehouse begins.
  const ends = sql`select ${load.list(key, 'x')}, min(${phrases.column(validFrom, 'x')}) as first_from, max(${phrases.column(validFrom, 'x')}) as last_from from ${table} x where exists (select 1 from ${among} where ${sameMember(load, reference, 'n', 'x')}) group by ${load.list(key, 'x')}`
  const versions = sql`select ${load.list([...key, surrogateKey, validFrom, validTo], 'd')}, f.first_from, f.last_from from ${table} d join (${ends}) f on ${sameKey('f', 'd')}`
  const event = eventInstant(load, reference, 'w')
  const from = phrases.column(validFrom, alias)
  const to = phrases.column(validTo, alias)
  const isOpen = dimension.openEnd === null ? sql`${to} is null` : sql`${to} = ${load.instant(dimension.openEnd)}`
  const begins = early === 'first' ? sql`(${from} <= ${event} or ${from} = ${phrases.column('first_from', alias)})` : sql`${from} <= ${event}`
  // A placeholder stands for its member at every instant, as long as there is nothing else.
  const isPlaceholder = sql`(${from} = ${load.instant(dawnOfTime.from)} and ${phrases.column('last_from', alias)} = ${from})`
  return sql`left join (${versions}) ${phrases.column(alias)} on ${sameMember(load, reference, 'w', alias)} and ${begins} and (${isOpen} or ${to} > ${event} or ${isPlaceholder})`
}

function foundKey(load: FactLoad, reference: SettledReference, alias: string): SQL {
  const { phrases } = load
  const { dimension, column, gone, missing } = reference
  const key = phrases.column(dimension.surrogateKey, alias)
  const found = gone === 'before' ? sql`case when ${key} is null and ${refers(load, reference, 'w')} then ${versionBefore(load, reference)} else ${key} end` : key
  const known = typeof missing === 'object' ? sql`coalesce(${found}, ${phrases.cast(sql`${missing.unknown}`, column.type)})` : found
  return column.type.kind === dimension.table.columns.find(({ name }) => name === dimension.surrogateKey)?.type.kind ? known : phrases.cast(known, column.type)
}

// Looked for row by row, but only for rows whose event lies in a gap: those are few.
function versionBefore(load: FactLoad, reference: SettledReference): SQL {
  const { phrases } = load
  const { table, surrogateKey, validFrom } = reference.dimension
  const from = phrases.column(validFrom, 'b')
  return sql`(select ${phrases.column(surrogateKey, 'b')} from ${phrases.table(table)} b where ${sameMember(load, reference, 'w', 'b')} and ${from} <= ${eventInstant(load, reference, 'w')} order by ${from} desc ${phrases.firstRows(1)})`
}
