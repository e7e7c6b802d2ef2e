/** Lines up what a case found: engine, method, median, rate, and its ratio to the measure of its group. */
export function ratioTable(rows) {
  const lines = [
    ['engine', 'method', 'median', 'rate', 'ratio', ''],
    ...rows.map(({ engine, method, medianMs, rate, ratio, target, met }) => [
      engine, method, `${(medianMs / 1000).toFixed(2)} s`, `${Math.round(rate / 1000)} k rows/s`, ratio === undefined ? '' : ratio.toFixed(2), target === undefined ? '' : `${met ? 'meets' : 'misses'} ${target.toFixed(2)}`,
    ]),
  ]
  const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => line[at].length)))
  return lines.map((line) => `  ${line.map((text, at) => (at < 2 || at === 5 ? text.padEnd(widths[at]) : text.padStart(widths[at]))).join('  ').trimEnd()}`).join('\n')
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
