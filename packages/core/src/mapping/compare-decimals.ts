const decimalForm = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?\s*$/

/** Whether a text is a decimal number. */
export function isDecimal(text: string): boolean {
  const match = decimalForm.exec(text)
  return match !== null && (match[2] !== '' || (match[3] ?? '') !== '')
}

/** Compares two decimals exactly, however many digits they have. */
export function compareDecimals(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)]
  // Rounding to a double keeps the order, so the digits matter only where two doubles are the same.
  if (x !== y) return x < y ? -1 : 1
  const [left, right] = [scaled(a), scaled(b)]
  const places = Math.max(left.places, right.places)
  const difference = left.digits * 10n ** BigInt(places - left.places) - right.digits * 10n ** BigInt(places - right.places)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function scaled(text: string): { digits: bigint; places: number } {
  const [, sign, whole = '', fraction = '', exponent = '0'] = decimalForm.exec(text) ?? []
  const digits = BigInt(`${whole}${fraction}` || '0')
  return { digits: sign === '-' ? -digits : digits, places: fraction.length - Number(exponent) }
}
