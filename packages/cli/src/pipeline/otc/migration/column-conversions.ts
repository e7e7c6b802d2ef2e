import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec, LiveTable, Session, TableSpec } from '@varve/core'
import { timeOfDaySql } from '../mapping/time-of-day.js'
import { timesOfDay } from '../table/timesheets.js'

type LiveColumn = LiveTable['columns'][number]

/** A column of an earlier program that is brought to its declaration without losing anything, once it is known that it loses nothing. */
export interface ColumnConversion {
  readonly column: string
  /** What it does, in words. */
  readonly what: string
  readonly statements: readonly string[]
  /** What of the column is then as it is declared. */
  readonly settles: 'type' | 'notNull'
  /** Counts the rows that would lose something, and says what. */
  readonly loss?: { readonly where: string; readonly what: string }
}

/** What brings the columns of a table that is there to their declared types. What alignment does by itself is not among them, nor what nobody knows how to do. */
export function columnConversions(table: TableSpec, live: LiveTable, zone: string): ColumnConversion[] {
  return table.columns.flatMap((column) => {
    const found = live.columns.find(({ name }) => name === column.name)
    return found ? [...typeConversion(table, column, found, zone), ...nullConversion(table, column, found)] : []
  })
}

function typeConversion(table: TableSpec, column: ColumnSpec, { nativeType }: LiveColumn, zone: string): ColumnConversion[] {
  const name = quoted(column.name)
  const alter = (type: string, using: string) => [`alter table ${address(table)} alter column ${name} type ${type} using ${using}`]
  const isLocal = /^timestamp(\(\d\))? without time zone$/.test(nativeType)
  const isNumber = /^(real|double precision|numeric(\(.*\))?|bigint|smallint)$/.test(nativeType)
  const conversion = (what: string, type: string, using: string, loss?: ColumnConversion['loss']): ColumnConversion[] => [{ column: column.name, what: `${name} ${what}`, statements: alter(type, using), settles: 'type', ...(loss && { loss }) }]
  switch (column.type.kind) {
    case 'timestamp':
      return isLocal ? conversion(`becomes an instant: its times are those of ${zone}`, 'timestamp(6) with time zone', `${name} at time zone ${literal(zone)}`) : []
    case 'date':
      return isLocal ? conversion('becomes a date', 'date', `cast(${name} as date)`, { where: `cast(${name} as time) <> '00:00'`, what: 'have a time of day' }) : []
    case 'float':
      // By its text: the shortest that stands for the number is what was meant by it.
      return nativeType === 'real' || /^(numeric|integer|bigint)/.test(nativeType) ? conversion('becomes a number of double precision', 'double precision', `cast(cast(${name} as text) as double precision)`) : []
    case 'integer':
      return isNumber ? conversion('becomes a whole number', 'integer', `cast(${name} as integer)`, { where: `${name} <> trunc(cast(${name} as numeric)) or abs(${name}) > 2147483647`, what: 'are no whole numbers of 32 bits' }) : []
    case 'text':
      // A column whose first sample was empty was taken for numbers.
      if (isNumber || nativeType === 'integer' || /^time(\(\d\))? without time zone$/.test(nativeType)) return conversion('becomes a text', 'text', `cast(${name} as text)`)
      return nativeType === 'boolean' ? conversion('becomes a text, Yes or No', 'text', `case when ${name} then 'Yes' when not ${name} then 'No' end`) : []
    default:
      return []
  }
}

function nullConversion(table: TableSpec, column: ColumnSpec, live: LiveColumn): ColumnConversion[] {
  const { default: initial } = column
  if (!column.notNull || live.notNull || initial?.kind !== 'value' || typeof initial.value !== 'string') return []
  const name = quoted(column.name)
  return [{ column: column.name, what: `${name} is ${literal(initial.value)} where nothing is said`, statements: [`update ${address(table)} set ${name} = ${literal(initial.value)} where ${name} is null`, `alter table ${address(table)} alter column ${name} set not null`], settles: 'notNull' }]
}

/** What is done to bookings that are there: their logins and times get the spelling that a delivery of today gives them, by which they are found. */
export interface BookingCleaning {
  readonly statements: readonly string[]
  /** Counts the rows that it changes. */
  readonly dirty: SQL
  /** Counts the rows that have the same key as another one then. */
  readonly duplicates: SQL
}

/** How bookings of an earlier program are brought to one spelling, as far as their columns are there. */
export function bookingCleaning(table: TableSpec, live: LiveTable, key: readonly string[]): BookingCleaning {
  const isThere = ({ name }: ColumnSpec) => live.columns.some((column) => column.name === name)
  const cleanOf = ({ name, property, type }: ColumnSpec) => {
    if (type.kind !== 'text') return quoted(name)
    const bare = `nullif(btrim(cast(${quoted(name)} as text), E' \\t\\n\\r'), '')`
    return timesOfDay.includes(property) ? timeOfDaySql(bare) : bare
  }
  const texts = table.columns.filter((column) => isThere(column) && column.type.kind === 'text' && (key.includes(column.property) || timesOfDay.includes(column.property)))
  const keys = table.columns.filter((column) => isThere(column) && key.includes(column.property))
  const isDirty = texts.map((column) => `cast(${quoted(column.name)} as text) is distinct from ${cleanOf(column)}`).join(' or ')
  return {
    statements: [`update ${address(table)} set ${texts.map((column) => `${quoted(column.name)} = ${cleanOf(column)}`).join(', ')} where ${isDirty}`],
    dirty: sql.raw(`select count(*) as rows from ${address(table)} where ${isDirty}`),
    duplicates: sql.raw(`select count(*) filter (where of_key > 1) as groups, coalesce(sum(of_key - 1), 0) as removed from (select count(*) as of_key from ${address(table)} group by ${keys.map(cleanOf).join(', ')}) g`),
  }
}

/** How many rows a conversion would take something from. */
export async function lossOf(session: Session, table: TableSpec, { loss }: ColumnConversion): Promise<number> {
  if (!loss) return 0
  const { rows } = await session.query<{ rows: bigint | number }>(sql.raw(`select count(*) as rows from ${address(table)} where ${loss.where}`))
  return Number(rows[0]?.rows ?? 0)
}

function address({ schema, name }: Pick<TableSpec, 'schema' | 'name'>): string {
  return schema === undefined ? quoted(name) : `${quoted(schema)}.${quoted(name)}`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
