import { sql } from 'drizzle-orm'
import { dawnOfTime, tableLabel, type DimensionShape, type RowOf, type TableLike } from '@varve/core'
import { wrongDefinition, type DimensionDefinition } from '../definition/dimension-definition.js'
import { housekeepingName } from '../definition/housekeeping.js'
import { physicalTable } from '../definition/physical-table.js'
import { dimensionTurns } from './load-tables.js'

/**
 * A dimension as facts must know it, to look up its surrogate keys.
 *
 * @param placeholder What a member shows that was inferred from a fact, until the dimension brings the real one. Needed for columns that are not null.
 *
 * @example
 * ```ts
 * import { t, table } from '@varve/core'
 * import { dimensionDefinition, dimensionShape } from '@varve/scd2'
 *
 * const employees = table('dim_employee', { employeeId: t.integer().notNull(), name: t.text().notNull() })
 * const shape = dimensionShape(dimensionDefinition(employees, { key: ['employeeId'] }), { name: '(not known yet)' })
 * shape.surrogateKey // 'surrogate_key'
 * ```
 * @throws VarveError V1010 when the dimension has no surrogate key.
 */
export function dimensionShape<const T extends TableLike>(definition: DimensionDefinition<T>, placeholder: Partial<RowOf<T>> = {}): DimensionShape {
  const { housekeeping, key, openEnd, sequence, table } = definition
  const { surrogateKey, validFrom, validTo, recordSource } = housekeeping
  if (surrogateKey === undefined) throw wrongDefinition(table.name, ['facts refer to a version by its surrogate key, and the housekeeping has none. Name it: housekeeping.surrogateKey.'])
  const nameOf = new Map(table.columns.map((column) => [column.property, column.name]))
  const isCurrent = housekeepingName(housekeeping, 'isCurrent')
  const recordHash = housekeepingName(housekeeping, 'recordHash')
  return {
    table: physicalTable(definition),
    key: key.map((column) => column.name),
    surrogateKey,
    validFrom,
    validTo,
    openEnd,
    openedBy: housekeepingName(housekeeping, 'openedBy'),
    closedBy: housekeepingName(housekeeping, 'closedBy'),
    takeTurn: (phrases) => {
      const last = phrases.column('last_load')
      return sql`update ${phrases.table(dimensionTurns.spec)} set ${last} = ${last} where ${phrases.column('dimension')} = ${tableLabel(table)}`
    },
    placeholder: {
      ...(sequence ? { [sequence.name]: sequence.type.kind === 'date' ? dawnOfTime.from.slice(0, 10) : dawnOfTime.from } : {}),
      ...(isCurrent === undefined ? {} : { [isCurrent]: false }),
      ...(recordHash === undefined ? {} : { [recordHash]: '0'.repeat(64) }),
      ...(recordSource === undefined ? {} : { [recordSource.name]: recordSource.value }),
      ...Object.fromEntries(Object.entries(placeholder).map(([property, value]) => [nameOf.get(property) ?? property, value])),
    },
  }
}
