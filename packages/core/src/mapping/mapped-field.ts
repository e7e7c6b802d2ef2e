import type { Severity } from '../quality/check.js'
import type { ColumnSpec } from '../table/table-spec.js'
import { readJson } from '../table/value/read-text.js'
import { Rejection } from '../table/value/rejection.js'
import { compileRule, type CompiledRule } from './compile-rule.js'
import { compileTransform, type CompiledTransform } from './compile-transform.js'
import type { FieldMapping } from './field-mapping.js'
import type { MappingProblem } from './mapping-problem.js'
import { follow, sourcePath, type SourcePath } from './source-path.js'
import { shownValue } from './value-text.js'

type SourceRow = Readonly<Record<string, unknown>>

interface NamedTransform {
  readonly kind: string
  readonly run: CompiledTransform
}

interface NamedRule {
  readonly kind: string
  readonly severity: Severity
  readonly judge: CompiledRule
}

/** Where a field tells what is wrong with a row. */
export interface ProblemSink {
  problems: readonly MappingProblem[]
}

/** One column's part of a mapping, ready to run on any number of rows. */
export class MappedField {
  readonly column: ColumnSpec
  /** Empty where the value comes from no path. */
  readonly paths: readonly SourcePath[]
  readonly #transforms: readonly NamedTransform[]
  readonly #rules: readonly NamedRule[]
  readonly #required: Severity | undefined
  /** The value of a row in which no path is present: a column with a default is left out, to be filled by it. */
  readonly #absent: null | undefined
  /** The source of a field without paths. */
  readonly #produce: ((row: object) => unknown) | undefined

  constructor(column: ColumnSpec, { source, transforms, rules }: FieldMapping, mistake: (what: string) => void) {
    this.column = column
    const paths = source.kind === 'paths' ? source.paths.filter((path) => typeof path === 'string' && path !== '') : []
    this.paths = paths.map(sourcePath)
    this.#absent = column.default === undefined ? null : undefined
    if (source.kind === 'paths') {
      if (paths.length < source.paths.length || paths.length === 0) mistake('a path is empty: name a field of the source')
    } else this.#produce = source.kind === 'constant' ? () => source.value : (row) => row
    const named = transforms.map((transform): NamedTransform => ({ kind: transform.kind === 'map' ? transform.name : transform.kind, run: compileTransform(transform, column, mistake) }))
    this.#transforms = source.kind === 'wholeRow' && column.type.kind === 'text' ? [{ kind: 'wholeRow', run: readJson }, ...named] : named
    this.#required = rules.find((rule) => rule.kind === 'required')?.severity
    this.#rules = rules.flatMap((rule) => (rule.kind === 'required' ? [] : [{ kind: rule.kind, severity: rule.severity, judge: compileRule(rule, mistake) }]))
  }

  /** The column value of a row; what is wrong with it goes to the sink. */
  read(row: SourceRow, sink: ProblemSink): unknown {
    if (this.#produce !== undefined) {
      const produced = this.#produce(row)
      const value = produced === null ? undefined : this.#finish(produced, undefined, row, sink)
      return value === undefined ? this.#nothing(true, sink) : value
    }
    let isPresent = false
    for (const path of this.paths) {
      const found = follow(path.steps, row)
      if (found === undefined) continue
      isPresent = true
      if (found === null) continue
      const value = this.#finish(found, path, row, sink)
      if (value !== undefined) return value
    }
    return this.#nothing(isPresent, sink)
  }

  /** Whether any path is present in a row, be it with NULL. */
  isPresent(row: SourceRow): boolean {
    return this.#produce !== undefined || this.paths.some((path) => follow(path.steps, row) !== undefined)
  }

  /** The value that came of a found one: NULL where it could not be read, `undefined` where the transforms made it NULL. */
  #finish(found: unknown, path: SourcePath | undefined, row: SourceRow, sink: ProblemSink): unknown {
    let value = found
    for (const { kind, run } of this.#transforms) {
      value = run(value, row)
      if (value === null || value === undefined) return undefined
      if (value instanceof Rejection) {
        this.#report(sink, 'error', kind, value.message, found, path)
        return null
      }
    }
    for (const { kind, severity, judge } of this.#rules) {
      const broken = judge(value, row)
      if (broken !== undefined) this.#report(sink, severity, kind, broken, found, path)
    }
    return value
  }

  #nothing(isPresent: boolean, sink: ProblemSink): null | undefined {
    if (this.#required !== undefined) {
      const names = this.paths.map((path) => JSON.stringify(path.text)).join(' or ')
      const message = `"${this.column.name}" is required, but ${isPresent ? `${names || 'its source'} has no value` : `the row has no ${names}`}`
      tell(sink, { column: this.column.name, path: undefined, rule: 'required', severity: this.#required, message, value: isPresent ? null : undefined })
    }
    return isPresent ? null : this.#absent
  }

  #report(sink: ProblemSink, severity: Severity, rule: string, what: string, value: unknown, path: SourcePath | undefined): void {
    const message = `"${this.column.name}" ${shownValue(value)}${path === undefined ? '' : ` (from ${JSON.stringify(path.text)})`} ${what}`
    tell(sink, { column: this.column.name, path: path?.text, rule, severity, message, value })
  }
}

function tell(sink: ProblemSink, problem: MappingProblem): void {
  sink.problems = [...sink.problems, problem]
}
