import { createHash } from 'node:crypto'
import type { ColumnSpec } from '@varve/core'
import type { Text } from '../model/layout.js'

/**
 * SHA-256 over columns of a version, in their order: of each its type, the length of its neutral text in bytes and the text itself; a NULL is
 * neither long nor short. So no two rows share a hash by the way their values are cut.
 */
export function recordHash(columns: readonly ColumnSpec[], texts: readonly Text[]): string {
  const hash = createHash('sha256')
  for (const [index, { type }] of columns.entries()) {
    const text = texts[index] ?? null
    hash.update(text === null ? `${type.kind}:null;` : `${type.kind}:${Buffer.byteLength(text)}:${text};`)
  }
  return hash.digest('hex')
}
