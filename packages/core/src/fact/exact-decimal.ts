import { Decimal as DecimalJs } from 'decimal.js'

/**
 * Decimal numbers without rounding errors: sums and products of any two columns are exact, quotients have a hundred digits. Halves are rounded away from zero.
 *
 * @example
 * ```ts
 * import { Decimal } from '@varve/core'
 *
 * new Decimal('0.1').plus('0.2').equals('0.3') // true
 * ```
 */
// A class of its own: settings that somebody gives the library elsewhere in the process do not reach ours.
export const Decimal = DecimalJs.clone({ precision: 100, rounding: DecimalJs.ROUND_HALF_UP, toExpNeg: -1000, toExpPos: 1000 })

/** A decimal number. */
export type Decimal = DecimalJs
