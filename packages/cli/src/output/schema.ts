import type { SchemaComparison } from '../canonical/compare-schema.js'
import type { Colors } from './colors.js'
import { plural } from './numbers.js'
import { textTable } from './text-table.js'

/** Mapping, expected and live columns side by side, and the plan to align them. */
export function schemaText({ table, service, exists, columns, counts, plan, refusals }: SchemaComparison, colors: Colors): string {
  const mark = { same: colors.green, 'to be made': colors.yellow, 'to be changed': colors.yellow, refused: colors.red, 'no longer mapped': colors.yellow }
  const lines = columns.map(({ column, source, expected, live, state }) => [column, sourceText(source), expected ?? '', live ?? '', mark[state](state)])
  const closing = refusals.length > 0
    ? [colors.red('Refused, since it would lose something:'), ...refusals.map((refusal) => `  ${refusal}`), 'No load goes on before it is settled: change the mapping back, or migrate the table by hand.']
    : plan.length > 0
      ? [exists ? 'The next load does this first:' : 'The first load makes it:', ...plan.map((change) => `  ${change}`)]
      : [colors.green('Nothing to align.')]
  return [
    `${colors.bold(table)}: ${plural(counts.business + counts.housekeeping, 'column')}, ${counts.business} of the mapping and ${counts.housekeeping} of the table itself${exists ? '' : '; not there yet'}`,
    '',
    textTable([{ title: 'column' }, { title: service }, { title: 'expected' }, { title: 'live' }, { title: 'state' }], lines, colors),
    '',
    ...closing,
  ].join('\n')
}

function sourceText(source: readonly string[] | undefined): string {
  if (source === undefined) return ''
  return source.length === 0 ? '(nowhere)' : source.join(', else ')
}
