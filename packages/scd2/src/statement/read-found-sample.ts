import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec } from '@varve/core'
import { foundKind, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'
import { valueList } from './value-list.js'

/** The versions of the first members that were found to change in a way, where they have any. */
export function readFoundSample(tables: MergeTables, { found }: ChangeTables, kind: string, limit: number, columns: readonly ColumnSpec[]): SQL {
  const { phrases, physical, begin } = tables
  const some = sql`select ${tables.key('x')} from ${phrases.table(found)} x where ${phrases.column(foundKind.name, 'x')} = ${kind} order by ${tables.key('x')} ${phrases.firstRows(limit)}`
  const beginning = phrases.column(begin, 'd')
  return sql`select ${tables.key('f')}, ${beginning} as member_begin, ${valueList(phrases, columns, 'd')} from (${some}) f left join ${phrases.table(physical)} d on ${tables.sameKey('d', 'f')} order by ${tables.key('f')}, ${beginning}`
}
