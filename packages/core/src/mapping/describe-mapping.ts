import { typeText } from '../table/logical-type.js'
import { tableLabel, type TableSpec } from '../table/table-spec.js'
import type { JsonValue } from '../table/column.js'
import type { FieldMapping } from './field-mapping.js'
import type { FieldRule } from './rule.js'
import type { FieldTransform } from './transform.js'

/** A step or a rule as plain data: its name, and its options by name. */
export type StepDescription = { readonly kind: string } & { readonly [option: string]: JsonValue }

/** How one column is filled, as plain data. */
export interface ColumnDescription {
  /** The column, by its name in the database. */
  readonly column: string
  readonly property: string
  /** The column's type as text: `decimal(10,2)`. */
  readonly type: string
  readonly source: { readonly kind: 'paths'; readonly paths: readonly string[] } | { readonly kind: 'constant'; readonly value: JsonValue } | { readonly kind: 'wholeRow' }
  readonly transforms: readonly StepDescription[]
  readonly rules: readonly StepDescription[]
}

/** A mapping as plain data, the same for the same mapping each time: in the order of the table's columns. */
export interface MappingDescription {
  readonly table: string
  readonly columns: readonly ColumnDescription[]
  /** Columns that the mapping leaves to their default or to NULL. */
  readonly unmapped: readonly string[]
}

/** Describes the fields of a mapping. */
export function describeMapping(table: TableSpec, fields: ReadonlyMap<string, FieldMapping>): MappingDescription {
  const columns = table.columns.flatMap((column): ColumnDescription[] => {
    const field = fields.get(column.property)
    if (!field) return []
    const { source, transforms, rules } = field
    return [{ column: column.name, property: column.property, type: typeText(column.type), source, transforms: transforms.map(describeTransform), rules: rules.map(describeRule) }]
  })
  return { table: tableLabel(table), columns, unmapped: table.columns.filter((column) => !fields.has(column.property)).map((column) => column.name) }
}

function describeTransform(transform: FieldTransform): StepDescription {
  switch (transform.kind) {
    case 'dayFirst':
    case 'isoDateTime':
    case 'commaDecimal':
      return { kind: transform.kind, ...transform.options }
    case 'lookup':
      return { kind: 'lookup', values: transform.values, otherwise: transform.otherwise }
    case 'map':
      return { kind: 'map', name: transform.name }
    default:
      return { kind: transform.kind }
  }
}

function describeRule(rule: FieldRule): StepDescription {
  const { kind, severity } = rule
  switch (rule.kind) {
    case 'required':
      return { kind, severity }
    case 'allowed':
      return { kind, severity, values: rule.values }
    case 'range':
    case 'length':
      return { kind, severity, ...rule.bounds }
    case 'pattern':
      return { kind, severity, pattern: String(rule.pattern) }
    case 'check':
      return { kind, severity, must: rule.must }
  }
}
