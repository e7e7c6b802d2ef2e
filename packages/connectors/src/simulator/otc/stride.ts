/** The first number from there on that has no factor in common with the size: steps of it reach every place once. */
export function coprime(size: number, from: number): number {
  for (let step = Math.max(1, from); ; step++) if (divisor(step, size) === 1) return step
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}
