import { VarveError } from '../error/varve-error.js'
import { specOf, type InputOf, type TableLike } from '../table/table-like.js'
import { tableLabel, type ColumnSpec, type TableSpec } from '../table/table-spec.js'
import { describeMapping, type MappingDescription } from './describe-mapping.js'
import { FieldMapping } from './field-mapping.js'
import { MappedField, type ProblemSink } from './mapped-field.js'
import type { MappingProblem } from './mapping-problem.js'
import { findUnusedFields, type UnusedField } from './unused-fields.js'

/** The field mappings of a table, by property: each column that may not be left out must have one. */
export type FieldMappings<T extends TableLike> = { readonly [K in keyof InputOf<T>]: FieldMapping }

/** What became of a source row. */
export interface MappedRow<Property extends string = string> {
  /** The values by property of the table, not yet validated against it. A value that could not be read is null. */
  readonly row: { readonly [K in Property]?: unknown }
  /** What is wrong with the row; empty when nothing is. */
  readonly problems: readonly MappingProblem[]
}

/** How often the paths of a column led to something. The four add up to the rows looked at. */
export interface ColumnCoverage {
  /** The column, by its name in the database. */
  readonly column: string
  /** Rows with a value that could be read and breaks no rule of severity `error`. */
  readonly matched: number
  /** Rows in which none of the paths is there. */
  readonly absent: number
  /** Rows in which a path is there, but its value is null, or became so. */
  readonly null: number
  /** Rows with a value that could not be read, or that breaks a rule of severity `error`. */
  readonly failed: number
}

const noProblems: readonly MappingProblem[] = Object.freeze([])

/**
 * A mapping from the rows of a source to the columns of a table. Made by {@link mapping} or {@link mappingOf}.
 *
 * @example
 * ```ts
 * for (const sourceRow of page) {
 *   const { row, problems } = ticketMapping.apply(sourceRow)
 * }
 * ```
 */
export class Mapping<Property extends string = string> {
  readonly table: TableSpec
  readonly #fields: readonly MappedField[]
  readonly #declared: ReadonlyMap<string, FieldMapping>

  /** @throws VarveError V1004 with every mistake. */
  constructor(table: TableSpec, fields: Readonly<Record<string, FieldMapping | undefined>>) {
    const mistakes: string[] = []
    const declared = new Map<string, FieldMapping>()
    const mapped = new Map<string, MappedField>()
    for (const [name, field] of Object.entries(fields)) {
      if (field === undefined) continue
      const column = columnNamed(table, name)
      const wrong = !column
        ? `there is no column "${name}" (there are ${table.columns.map(({ property }) => property).join(', ')})`
        : column.identity || column.generated ? `column "${name}" is filled by the engine and cannot be mapped`
          : declared.has(column.property) ? `column "${name}" is mapped twice`
            : field instanceof FieldMapping ? undefined : `column "${name}" is mapped to something else than from(…), constant(…) or wholeRow()`
      if (wrong !== undefined) mistakes.push(wrong)
      if (!column || wrong !== undefined) continue
      declared.set(column.property, field)
      mapped.set(column.property, new MappedField(column, field, (what) => mistakes.push(`column "${name}": ${what}`)))
    }
    for (const column of table.columns) {
      if (isNeeded(column) && fields[column.property] === undefined && fields[column.name] === undefined) mistakes.push(`column "${column.property}" is not null and has no default, but is not mapped`)
    }
    if (mistakes.length > 0) throw new VarveError('V1004', `The mapping to table "${tableLabel(table)}" has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}: ${mistakes.join('; ')}.`, { context: { table: tableLabel(table), mistakes } })
    this.table = table
    this.#declared = declared
    // In the order of the table, so that rows and problems come out the same however the mapping is written.
    this.#fields = table.columns.flatMap((column) => mapped.get(column.property) ?? [])
  }

  /**
   * Maps one row of the source.
   *
   * **Details**
   *
   * Every mapped column gets a value; NULL where the source has none, except that a column with a default is left to it when
   * no path is present. Problems are only reported: a row with one of severity `error` is for quarantine.
   */
  apply(sourceRow: object): MappedRow<Property> {
    const row: Record<string, unknown> = {}
    const sink: ProblemSink = { problems: noProblems }
    for (const field of this.#fields) row[field.column.property] = field.read(sourceRow as Readonly<Record<string, unknown>>, sink)
    // The properties are those of the table.
    return { row: row as MappedRow<Property>['row'], problems: sink.problems }
  }

  /** The fields of source rows that no path reads, the most frequent first. A whole row that is kept does not count as reading. */
  unusedFields(sourceRows: Iterable<object>): readonly UnusedField[] {
    return findUnusedFields(sourceRows, this.#fields.flatMap((field) => field.paths.flatMap((path) => path.steps)))
  }

  /** How often each mapped column found a value in source rows, in the order of the table. */
  coverage(sourceRows: Iterable<object>): readonly ColumnCoverage[] {
    const counts = this.#fields.map((field) => ({ column: field.column.name, matched: 0, absent: 0, null: 0, failed: 0 }))
    for (const sourceRow of sourceRows as Iterable<Readonly<Record<string, unknown>>>) {
      for (const [index, field] of this.#fields.entries()) {
        const count = counts[index]
        if (count) count[outcome(field, sourceRow)] += 1
      }
    }
    return counts
  }

  /** The mapping as plain data, for documentation. */
  describe(): MappingDescription {
    return describeMapping(this.table, this.#declared)
  }
}

function outcome(field: MappedField, sourceRow: Readonly<Record<string, unknown>>): 'matched' | 'absent' | 'null' | 'failed' {
  const sink: ProblemSink = { problems: noProblems }
  const value = field.read(sourceRow, sink)
  if (sink.problems.some((problem) => problem.severity === 'error' && problem.rule !== 'required')) return 'failed'
  if (value !== null && value !== undefined) return 'matched'
  return field.isPresent(sourceRow) ? 'null' : 'absent'
}

function columnNamed(table: TableSpec, name: string): ColumnSpec | undefined {
  return table.columns.find((column) => column.property === name) ?? table.columns.find((column) => column.name === name)
}

function isNeeded(column: ColumnSpec): boolean {
  return column.notNull && column.default === undefined && !column.identity && !column.generated
}

/**
 * Declares how the rows of a source fill a table. What names no column, or leaves out one that must have a value, does not compile.
 *
 * @example
 * ```ts
 * import { constant, from, mapping, t, table, wholeRow } from '@varve/core'
 *
 * const tickets = table('desk.dim_ticket', {
 *   ticketId: t.integer().notNull(),
 *   status: t.text(40),
 *   opened: t.timestamp(),
 *   hours: t.decimal(9, 2),
 *   source: t.text(20).notNull(),
 *   raw: t.json(),
 * })
 *
 * export const ticketMapping = mapping(tickets, {
 *   ticketId: from('TKT-Ticket ID').required(),
 *   status: from('status.name', 'TKT-Status').trim().emptyToNull(),
 *   opened: from('TKT-Created Time').emptyToNull().dayFirst({ zone: 'Australia/Sydney' }),
 *   hours: from('TS-Hours').emptyToNull().commaDecimal(),
 *   source: constant('desk'),
 *   raw: wholeRow(),
 * })
 * ```
 * @throws VarveError V1004 with every mistake that the compiler cannot see: a zone that does not exist, an empty range …
 */
export function mapping<T extends TableLike>(table: T, fields: FieldMappings<T>): Mapping<keyof InputOf<T> & string> {
  // The same fields without their names, which are checked again for callers that have no compiler.
  return new Mapping(specOf(table), fields)
}

/**
 * Declares a mapping to a table that is only known at run time. Columns are named by property, or by their name in the database.
 *
 * @example
 * ```ts
 * const byName = mappingOf(customers.spec, { customer_id: from('id').required(), name: from('name') })
 * ```
 * @throws VarveError V1004 with every mistake.
 */
export function mappingOf(table: TableSpec, fields: Readonly<Record<string, FieldMapping>>): Mapping {
  return new Mapping(table, fields)
}
