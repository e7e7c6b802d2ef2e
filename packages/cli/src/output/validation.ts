import type { SampleValidation } from '../canonical/validate-sample.js'
import type { Colors } from './colors.js'
import { plural } from './numbers.js'
import { textTable } from './text-table.js'

const shownUnused = 12

/** How a mapping fared in a sample, field by field. */
export function validationText(title: string, { rows, fields, totals, unused, problems }: SampleValidation, colors: Colors): string {
  if (rows === 0) return `${colors.bold(title)}: there is no row to look at.`
  const lines = fields.map(({ field, source, matched, absent, null: nulls, failed }) => [
    field,
    source.length === 0 ? '(nowhere)' : source.join(', else '),
    matched === 0 ? colors.yellow('0') : String(matched),
    String(absent),
    String(nulls),
    failed > 0 ? colors.red(String(failed)) : '0',
  ])
  const never = fields.filter(({ matched }) => matched === 0).map(({ field }) => field)
  return [
    `${colors.bold(title)}: ${plural(rows, 'row')}, ${plural(fields.length, 'field')}. Of ${totals.all} values ${totals.matched} matched, ${totals.absent} were absent, ${totals.null} null, and ${totals.failed} failed.`,
    '',
    textTable([{ title: 'field' }, { title: 'source' }, ...['matched', 'absent', 'null', 'failed'].map((name) => ({ title: name, align: 'right' as const }))], lines, colors),
    '',
    ...problems.map((problem) => `${colors.red('failed')}  ${problem}`),
    ...(never.length > 0 ? [`Never found in these rows: ${never.join(', ')}.`] : []),
    ...(unused.length > 0 ? [colors.dim(`Sent and not mapped: ${unused.slice(0, shownUnused).map(({ field }) => field).join(', ')}${unused.length > shownUnused ? ` and ${unused.length - shownUnused} more` : ''}.`)] : []),
  ].join('\n')
}
