import type { ColumnCoverage, Mapping } from '@varve/core'
import { pathsOf } from './canonical-mapping.js'
import { serviceMapping, type CanonicalTable } from './canonical-table.js'

/** How a field of a canonical table fared in a sample. */
export interface FieldValidation extends Omit<ColumnCoverage, 'column'> {
  readonly field: string
  readonly source: readonly string[]
}

/** How a mapping fared in a sample: each row counts once for each field, and nothing that was not there counts as found. */
export interface SampleValidation {
  readonly rows: number
  readonly fields: readonly FieldValidation[]
  /** Fields times rows, and how many of them had a value, had none, or could not be read. */
  readonly totals: { readonly all: number; readonly matched: number; readonly absent: number; readonly null: number; readonly failed: number }
  /** What the service sent that no field reads, the most frequent first. */
  readonly unused: readonly { readonly field: string; readonly seen: number }[]
  /** The first values that could not be read. */
  readonly problems: readonly string[]
}

const shownProblems = 10

/** Holds rows of a service against its mapping. */
export function validateSample(canonical: CanonicalTable, service: string, mapping: Mapping, rows: readonly object[]): SampleValidation {
  const mapped = serviceMapping(canonical, service).fields
  const counted = new Map(mapping.coverage(rows).map((coverage) => [coverage.column, coverage]))
  const fields = Object.keys(canonical.fields).map((field): FieldValidation => {
    const { matched, absent, null: nulls, failed } = counted.get(field) ?? { matched: 0, absent: rows.length, null: 0, failed: 0 }
    return { field, source: pathsOf(mapped[field]), matched, absent, null: nulls, failed }
  })
  const sum = (of: (field: FieldValidation) => number) => fields.reduce((total, field) => total + of(field), 0)
  const problems = rows.flatMap((row) => mapping.apply(row as Readonly<Record<string, unknown>>).problems.filter(({ severity }) => severity === 'error').map(({ message }) => message))
  return {
    rows: rows.length,
    fields,
    totals: { all: fields.length * rows.length, matched: sum(({ matched }) => matched), absent: sum(({ absent }) => absent), null: sum((field) => field.null), failed: sum(({ failed }) => failed) },
    unused: mapping.unusedFields(rows),
    problems: [...new Set(problems)].slice(0, shownProblems),
  }
}
