import { isUtf8 } from 'node:buffer'
import { stringify } from 'lossless-json'

const replacer = (_key: string, value: unknown): unknown => {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  return typeof value === 'function' || typeof value === 'symbol' ? String(value) : value
}

/** A row as text that every engine can store: objects as JSON, bytes as they are where they are text. */
export function rawForm(row: unknown): string {
  if (row instanceof Uint8Array) return storable(isUtf8(row) ? Buffer.from(row).toString('utf8') : escapeBytes(row))
  if (typeof row === 'string') return storable(row)
  try {
    return storable(stringify(row, replacer) ?? String(row))
  } catch {
    return '(a row that refers to itself)'
  }
}

function storable(text: string): string {
  return text.replaceAll('\u0000', '\\u0000').toWellFormed()
}

/** Bytes that are no text: what is plain stays, the rest is shown as `\xNN`, so that nothing is lost. */
function escapeBytes(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
  return text
}
