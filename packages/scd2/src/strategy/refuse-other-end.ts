import { sql } from 'drizzle-orm'
import { tableLabel, VarveError, type Session } from '@varve/core'
import type { DimensionRecord } from '../record/dimension-record.js'
import type { MergeTables } from './merge-tables.js'

type OpenEnd = Pick<DimensionRecord, 'openEnd'> & { readonly column: string }

/**
 * Refuses a definition whose open end is another than that of the stored versions: every living member would look like one that was closed.
 *
 * @param last What was written down of the dimension when it was loaded last.
 * @throws VarveError V2001 with both.
 */
export async function refuseOtherEnd(session: Session, tables: MergeTables, last: DimensionRecord | undefined): Promise<void> {
  const { definition: { table, openEnd }, physical, phrases } = tables
  const dimension = tableLabel(table)
  const wanted: OpenEnd = { column: tables.end, openEnd }
  const { housekeeping, openEnd: lastEnd } = last ?? {}
  if (housekeeping?.validTo === tables.end && lastEnd === openEnd) return
  const live = await session.introspect(physical.schema, physical.name)
  const column = live?.columns.find(({ name }) => name === (housekeeping?.validTo ?? tables.end))
  if (!live?.hasRows || !column) return
  // Of a table that another program made, no more is known than whether an end may be NULL.
  if (housekeeping === undefined || lastEnd === undefined) {
    if (openEnd === null && column.notNull) throw refusal(dimension, `"${column.name}" is never NULL`, wanted)
    return
  }
  const end = phrases.column(column.name)
  const isOpen = lastEnd === null ? sql`${end} is null` : sql`${end} = ${tables.instant(lastEnd)}`
  const { rows } = await session.query(sql`select 1 as held where exists (select 1 from ${phrases.table(physical)} where ${isOpen})`)
  // Who has migrated the table by hand has none left.
  if (rows.length > 0) throw refusal(dimension, described({ column: column.name, openEnd: lastEnd }), wanted)
}

function described({ column, openEnd }: OpenEnd): string {
  return `an open end is ${openEnd ?? 'NULL'} in "${column}"`
}

function refusal(dimension: string, stored: string, wanted: OpenEnd): VarveError {
  return new VarveError(
    'V2001',
    `Dimension ${dimension}: in the stored versions ${stored}, by the definition ${described(wanted)}. Living members would be taken for closed ones. Nothing was changed. Give openEnd and housekeeping.validTo as they were, or migrate the table by hand.`,
    { context: { table: dimension, stored, defined: described(wanted) } },
  )
}
