import type { Severity } from '../quality/check.js'

/** How much a broken rule weighs. */
export interface FieldRuleOptions {
  /** `error` sends the row to quarantine; `warn` and `info` are noted as findings. @defaultValue `'error'` */
  readonly severity?: Severity
}

/** The bounds of a range, both inclusive: numbers, decimals as text, or ISO dates and instants. */
export interface ValueRange {
  readonly min?: number | string
  readonly max?: number | string
}

/** The bounds of a length in characters, both inclusive. */
export interface LengthRange {
  readonly min?: number
  readonly max?: number
}

/** What a mapped value must meet, as data. */
export type FieldRule = { readonly severity: Severity } & (
  | { readonly kind: 'required' }
  | { readonly kind: 'allowed'; readonly values: readonly (string | number | boolean)[] }
  | { readonly kind: 'range'; readonly bounds: ValueRange }
  | { readonly kind: 'length'; readonly bounds: LengthRange }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  | { readonly kind: 'check'; readonly must: string; readonly test: (value: unknown, row: Readonly<Record<string, unknown>>) => boolean }
)
