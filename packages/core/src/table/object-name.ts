import { createHash } from 'node:crypto'

/** The shortest limit of the engines we write to, in bytes; longer names would be cut without a word. */
export const longestName = 63

/**
 * Names a constraint or an index after its parts. A name that is too long keeps its beginning and ends in a hash, so that
 * two long names never meet.
 *
 * @example
 * ```ts
 * objectName(['dim_site', 'site_id', 'key']) // 'dim_site_site_id_key'
 * ```
 */
export function objectName(parts: readonly string[]): string {
  const name = parts.join('_')
  if (Buffer.byteLength(name) <= longestName) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8)
  // Whole characters only: half of one would reach the engine as something else.
  const head = [...name]
  while (Buffer.byteLength(head.join('')) > longestName - 9) head.pop()
  return `${head.join('')}_${hash}`
}
