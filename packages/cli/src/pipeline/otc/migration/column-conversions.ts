import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec, LiveTable, Session, TableSpec } from '@varve/core'

type LiveColumn = LiveTable['columns'][number]

/** A column of an earlier program that is brought to its declaration without losing anything, once it is known that it loses nothing. */
export interface ColumnConversion {
  readonly column: string
  /** What it does, in words. */
  readonly what: string
  readonly statements: readonly string[]
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
  switch (column.type.kind) {
    case 'timestamp':
      return isLocal ? [{ column: column.name, what: `${name} becomes an instant: its times are those of ${zone}`, statements: alter('timestamp(6) with time zone', `${name} at time zone ${literal(zone)}`) }] : []
    case 'date':
      return isLocal ? [{ column: column.name, what: `${name} becomes a date`, statements: alter('date', `cast(${name} as date)`), loss: { where: `cast(${name} as time) <> '00:00'`, what: 'have a time of day' } }] : []
    case 'float':
      // By its text: the shortest that stands for the number is what was meant by it.
      return nativeType === 'real' || /^(numeric|integer|bigint)/.test(nativeType) ? [{ column: column.name, what: `${name} becomes a number of double precision`, statements: alter('double precision', `cast(cast(${name} as text) as double precision)`) }] : []
    case 'integer':
      return isNumber ? [{ column: column.name, what: `${name} becomes a whole number`, statements: alter('integer', `cast(${name} as integer)`), loss: { where: `${name} <> trunc(cast(${name} as numeric)) or abs(${name}) > 2147483647`, what: 'are no whole numbers of 32 bits' } }] : []
    default:
      return []
  }
}

function nullConversion(table: TableSpec, column: ColumnSpec, live: LiveColumn): ColumnConversion[] {
  const { default: initial } = column
  if (!column.notNull || live.notNull || initial?.kind !== 'value' || typeof initial.value !== 'string') return []
  const name = quoted(column.name)
  return [{ column: column.name, what: `${name} is ${literal(initial.value)} where nothing is said`, statements: [`update ${address(table)} set ${name} = ${literal(initial.value)} where ${name} is null`, `alter table ${address(table)} alter column ${name} set not null`] }]
}

/** Texts of a key that stand in blanks, or are empty: the same row of the source would no longer be found by them. */
export function textCleaning(table: TableSpec, key: readonly ColumnSpec[]): { readonly statements: readonly string[]; readonly dirty: SQL } {
  const texts = key.filter(({ type }) => type.kind === 'text').map(({ name }) => quoted(name))
  const clean = (name: string) => `nullif(btrim(${name}, E' \\t\\n\\r'), '')`
  const isDirty = texts.map((name) => `${name} is distinct from ${clean(name)}`).join(' or ')
  return {
    statements: [`update ${address(table)} set ${texts.map((name) => `${name} = ${clean(name)}`).join(', ')} where ${isDirty}`],
    dirty: sql.raw(`select count(*) as rows from ${address(table)} where ${isDirty}`),
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
