/**
 * What kind of post it is, by its name, since the source does not say: the standby report is made of those called so.
 *
 * @example
 * ```ts
 * positionType('STANDBY officer') // 'STANDBY'
 * positionType('Fire watch') // 'WATCH'
 * positionType('Front gate') // 'REGULAR'
 * ```
 */
export function positionType(name: string): 'STANDBY' | 'WATCH' | 'REGULAR' {
  if (/stand/i.test(name)) return 'STANDBY'
  return /watch/i.test(name) ? 'WATCH' : 'REGULAR'
}
