/** A value as JSON with a line end: 64-bit integers as numbers where those are exact, and every text redacted. */
export function jsonText(value: unknown, redact: (text: string) => string): string {
  const replaced = JSON.stringify(
    value,
    (_key, one: unknown) => (typeof one === 'bigint' ? (Number.isSafeInteger(Number(one)) ? Number(one) : String(one)) : typeof one === 'string' ? redact(one) : one),
    2,
  )
  return `${replaced}\n`
}
