/**
 * A value as JSON: 64-bit integers as numbers where those are exact, bytes as the text that `load` reads them from, and every text as `shown` makes it.
 */
export function jsonString(value: unknown, indent?: number, shown: (text: string) => string = (text) => text): string {
  return JSON.stringify(
    value,
    function (this: Readonly<Record<string, unknown>>, key: string, one: unknown) {
      const held = this[key] // before a Buffer makes an object of itself
      if (held instanceof Uint8Array) return binaryText(held)
      if (typeof one === 'bigint') return Number.isSafeInteger(Number(one)) ? Number(one) : String(one)
      return typeof one === 'string' ? shown(one) : one
    },
    indent,
  )
}

/** Bytes as text; without its beginning, hexadecimal digits could be read as base64. */
export function binaryText(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`
}
