/** Lines up what a case found: by engine and method, with the median, the rate and its ratio to what it is measured against; or a figure of its own. */
export function ratioTable(rows) {
  const lines = rows.map((row) => [...(row.figure === undefined ? timed(row) : [row.what, '', row.figure, '', '']), row.target === undefined ? '' : `${row.isMet ? 'meets' : 'misses'} ${row.target}`])
  if (rows.some((row) => row.figure === undefined)) lines.unshift(['engine', 'method', 'median', 'rate', 'ratio', 'target'])
  const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => line[at].length)))
  const isNumber = (at) => at >= 2 && at <= 4 && rows.every((row) => row.figure === undefined)
  return lines.map((line) => `  ${line.map((text, at) => (isNumber(at) ? text.padStart(widths[at]) : text.padEnd(widths[at]))).join('  ').trimEnd()}`).join('\n')
}

function timed({ engine, method, medianMs, rate, ratio }) {
  return [engine, method, `${(medianMs / 1000).toFixed(2)} s`, `${Math.round(rate / 1000)} k rows/s`, ratio === undefined ? '' : ratio.toFixed(2)]
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
