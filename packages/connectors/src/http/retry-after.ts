/**
 * Reads `Retry-After`: seconds, or a date. A date is taken against the answer's own `Date`, since the two clocks need not agree.
 *
 * @example
 * ```ts
 * retryAfterMs(new Headers({ 'retry-after': '5' }), Date.now()) // 5000
 * ```
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (value === undefined || value === '') return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000)
  const at = Date.parse(value)
  if (Number.isNaN(at)) return undefined
  const sourceNow = Date.parse(headers.get('date') ?? '')
  return Math.max(0, at - (Number.isNaN(sourceNow) ? nowMs : sourceNow))
}
