const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/**
 * A bar as long as its share of the largest value, in eighths of a character.
 *
 * @example
 * ```ts
 * bar(1, 2, 8) // '████'
 * ```
 */
export function bar(value: number, largest: number, width: number): string {
  if (!(largest > 0) || !(value > 0)) return ''
  const units = Math.max(1, Math.round((Math.min(value, largest) / largest) * width * 8))
  return '█'.repeat(Math.floor(units / 8)) + (eighths[units % 8] ?? '')
}
