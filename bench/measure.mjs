/** The middle of some figures. */
export function median(figures) {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Runs works in turn, so many rounds after one that does not count, and answers the seconds of each. `before` is not timed. */
export async function inTurn(rounds, works, before) {
  const seconds = works.map(() => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [at, work] of works.entries()) {
      await before()
      globalThis.gc?.()
      const start = performance.now()
      await work()
      if (round > 0) seconds[at].push((performance.now() - start) / 1000)
    }
  }
  return seconds
}

/** A line of the report: how the rate of one way compares to the floor's. */
export function rateLine(what, rows, floor, way, target) {
  const ratio = median(floor) / median(way)
  return {
    what,
    figure: `${Math.round((ratio) * 100)} % of the floor's rate   ${Math.round(rows / median(way) / 1000)}k rows/s, floor ${Math.round(rows / median(floor) / 1000)}k`,
    ratio,
    seconds: { floor, way },
    ...(target === undefined ? {} : { target: `>= ${target * 100} %`, isMet: ratio >= target }),
  }
}
