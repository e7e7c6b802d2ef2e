/** A value that a mapping can write by itself. */
export type PlainValue = string | number | boolean | null

/** How local dates and times are read. */
export interface LocalTimeOptions {
  /** The zone that the source's clocks show: an IANA name such as `Asia/Riyadh`, or an offset such as `+03:00`. */
  readonly zone: string
  /** What comes out: an instant, or the day in the zone without its time. @defaultValue `'date'` for a date column, else `'instant'` */
  readonly as?: 'instant' | 'date'
  /**
   * What becomes of a time that the zone skips or repeats when its clocks change. `compatible` reads a skipped time with the
   * offset before the change and a repeated one as the first of the two; `reject` reports either as a problem.
   *
   * @defaultValue `'compatible'`
   */
  readonly clockChange?: 'compatible' | 'reject'
}

/** How decimals with a comma are read. */
export interface CommaDecimalOptions {
  /**
   * What a single point without a comma is, as in `1.234`. Without this option a point that cannot part thousands (`7.5`)
   * is a decimal point, and one that can is reported as a problem, since 1234 and 1.234 are both possible.
   */
  readonly lonePoint?: 'thousands' | 'decimals'
}

/** What becomes of a value that a look-up does not hold: a problem, the value itself, or another value. */
export type LookupOtherwise = 'problem' | 'keep' | { readonly value: PlainValue }

/** One step from a source value to a column value, as data. */
export type FieldTransform =
  | { readonly kind: 'trim' | 'emptyToNull' | 'epochSeconds' | 'epochMillis' | 'yesNo' | 'json' }
  | { readonly kind: 'dayFirst' | 'isoDateTime'; readonly options: LocalTimeOptions }
  | { readonly kind: 'commaDecimal'; readonly options: CommaDecimalOptions }
  | { readonly kind: 'lookup'; readonly values: Readonly<Record<string, PlainValue>>; readonly otherwise: LookupOtherwise }
  | { readonly kind: 'map'; readonly name: string; readonly change: (value: unknown, row: Readonly<Record<string, unknown>>) => unknown }
