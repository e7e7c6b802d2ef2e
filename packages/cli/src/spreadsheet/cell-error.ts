/**
 * What a cell shows whose formula has no answer, such as `#N/A`. It is no value that a column could hold, not even nothing: a row with one is set aside.
 *
 * @example
 * ```ts
 * new CellError('#N/A').message // '#N/A'
 * ```
 */
export class CellError extends Error {
  override readonly name = 'CellError'

  /** For the row that is set aside, as it came. */
  toJSON(): string {
    return this.message
  }

  override toString(): string {
    return this.message
  }
}
