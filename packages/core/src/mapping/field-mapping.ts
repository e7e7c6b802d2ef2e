import type { Severity } from '../quality/check.js'
import type { JsonValue } from '../table/column.js'
import type { LengthRange, ValueRange, FieldRule, FieldRuleOptions } from './rule.js'
import type { CommaDecimalOptions, LocalTimeOptions, LookupOtherwise, PlainValue, FieldTransform } from './transform.js'

/** Where the value of a column comes from. */
export type FieldSource = { readonly kind: 'paths'; readonly paths: readonly string[] } | { readonly kind: 'constant'; readonly value: JsonValue } | { readonly kind: 'wholeRow' }

/**
 * How one column is filled: a source, transforms and rules, all as data. Each method answers a new field mapping.
 *
 * **Details**
 *
 * Transforms run in the order written, and none of them sees NULL. One that cannot read its value reports a problem of
 * severity `error`. Rules judge what the transforms made, wherever they are written; only `required` looks at NULL.
 * A field mapping is bound to no table, so it can be shared; a mistake in it is reported by the mapping that uses it.
 *
 * @example
 * ```ts
 * const opened = from('TKT-Created Time').trim().emptyToNull().dayFirst({ zone: 'Australia/Sydney' }).required({ severity: 'warn' })
 * ```
 */
export class FieldMapping {
  constructor(
    readonly source: FieldSource,
    readonly transforms: readonly FieldTransform[] = [],
    readonly rules: readonly FieldRule[] = [],
  ) {
    Object.freeze(this)
  }

  /** Removes white space at both ends of a text. */
  trim(): FieldMapping {
    return this.#then({ kind: 'trim' })
  }

  /** Makes NULL of the empty text. Write `.trim()` before it where blanks count as empty too. */
  emptyToNull(): FieldMapping {
    return this.#then({ kind: 'emptyToNull' })
  }

  /**
   * Reads `31/03/2025`, `31.3.2025 17:40` or `31-03-2025 17:40:05`, and ISO forms beside them, since sources mix the two.
   * Day first always: a month over 12 is a problem, never swapped. What has no offset is in the zone.
   */
  dayFirst(options: LocalTimeOptions): FieldMapping {
    return this.#then({ kind: 'dayFirst', options })
  }

  /** Reads `2025-03-31`, `2025-03-31 17:40:05` or `2025-03-31T17:40:05.25`. What has an offset keeps it; what has none is in the zone. */
  isoDateTime(options: LocalTimeOptions): FieldMapping {
    return this.#then({ kind: 'isoDateTime', options })
  }

  /** Makes an instant of seconds since 1970; a fraction is kept to microseconds. */
  epochSeconds(): FieldMapping {
    return this.#then({ kind: 'epochSeconds' })
  }

  /** Makes an instant of milliseconds since 1970. */
  epochMillis(): FieldMapping {
    return this.#then({ kind: 'epochMillis' })
  }

  /** Reads `1.234,56`, `1 234,56` or `7,50` as a decimal in text, digit by digit: `'1234.56'`. Numbers pass as their text. */
  commaDecimal(options: CommaDecimalOptions = {}): FieldMapping {
    return this.#then({ kind: 'commaDecimal', options })
  }

  /** Reads yes/no, y/n, true/false and 1/0, in any case. */
  yesNo(): FieldMapping {
    return this.#then({ kind: 'yesNo' })
  }

  /** Keeps objects and lists as they are, and reads a text as JSON. A text column gets the JSON as text. */
  json(): FieldMapping {
    return this.#then({ kind: 'json' })
  }

  /**
   * Replaces values by others. Numbers and truth values are looked up by their text.
   *
   * @param otherwise what becomes of a value that is not listed. @defaultValue `'problem'`
   *
   * @example
   * ```ts
   * from('status').lookup({ 'In Progress': 'in_progress', none: null }, { otherwise: 'keep' })
   * ```
   */
  lookup(values: Readonly<Record<string, PlainValue>>, options: { readonly otherwise?: LookupOtherwise } = {}): FieldMapping {
    return this.#then({ kind: 'lookup', values, otherwise: options.otherwise ?? 'problem' })
  }

  /**
   * Changes the value with a function of yours; what it throws becomes the message of a problem.
   *
   * @param name what the change is called in descriptions and problems. @defaultValue the function's name
   */
  map(change: (value: unknown, row: Readonly<Record<string, unknown>>) => unknown, name: string = change.name): FieldMapping {
    return this.#then({ kind: 'map', name: name || 'map', change })
  }

  /** Refuses NULL: absent, null, or emptied by a transform. */
  required(options?: FieldRuleOptions): FieldMapping {
    return this.#must({ kind: 'required', severity: severityOf(options) })
  }

  /** Allows these values only. They are compared as text, so `1` allows `'1'`. */
  allowed(values: readonly (string | number | boolean)[], options?: FieldRuleOptions): FieldMapping {
    return this.#must({ kind: 'allowed', values, severity: severityOf(options) })
  }

  /** Allows what lies between two bounds, both included: numbers and decimals exactly, or ISO dates and instants. */
  range(bounds: ValueRange, options?: FieldRuleOptions): FieldMapping {
    return this.#must({ kind: 'range', bounds, severity: severityOf(options) })
  }

  /** Allows texts of so many characters. */
  length(bounds: LengthRange, options?: FieldRuleOptions): FieldMapping {
    return this.#must({ kind: 'length', bounds, severity: severityOf(options) })
  }

  /** Allows texts that match; write `^` and `$` where the whole text must. */
  pattern(pattern: RegExp, options?: FieldRuleOptions): FieldMapping {
    return this.#must({ kind: 'pattern', pattern, severity: severityOf(options) })
  }

  /**
   * Allows what a function of yours says is right.
   *
   * @param must what is demanded, to complete "it must …".
   *
   * @example
   * ```ts
   * from('closedAt').check('lie after openedAt', (closed, row) => String(closed) >= String(row['openedAt']), { severity: 'warn' })
   * ```
   */
  check(must: string, test: (value: unknown, row: Readonly<Record<string, unknown>>) => boolean, options?: FieldRuleOptions): FieldMapping {
    return this.#must({ kind: 'check', must, test, severity: severityOf(options) })
  }

  #then(transform: FieldTransform): FieldMapping {
    return new FieldMapping(this.source, [...this.transforms, transform], this.rules)
  }

  #must(rule: FieldRule): FieldMapping {
    return new FieldMapping(this.source, this.transforms, [...this.rules, rule])
  }
}

function severityOf(options: FieldRuleOptions | undefined): Severity {
  return options?.severity ?? 'error'
}

/**
 * Takes a value from the source, by one path or by alternatives: the first whose value is not NULL once transformed wins.
 *
 * **Details**
 *
 * A key that stands in the row as it is written wins, whatever characters it has. Then `.` and `__` lead into objects, and
 * `[0]` into lists.
 *
 * @example
 * ```ts
 * from('TKT-Ticket ID')
 * from('status.name', 'status__name')
 * from('items[0].name')
 * ```
 */
export function from(path: string, ...alternatives: readonly string[]): FieldMapping {
  return new FieldMapping({ kind: 'paths', paths: [path, ...alternatives] })
}

/**
 * Fills a column with the same value in every row.
 *
 * @example
 * ```ts
 * constant('connectwise')
 * ```
 */
export function constant(value: JsonValue): FieldMapping {
  return new FieldMapping({ kind: 'constant', value })
}

/**
 * Fills a column with the whole row of the source, as JSON; a text column gets it as text.
 *
 * @example
 * ```ts
 * wholeRow()
 * ```
 */
export function wholeRow(): FieldMapping {
  return new FieldMapping({ kind: 'wholeRow' })
}
