import type { DimensionDefinition, LoadCounts, LoadOutcome, LoadPlan, PlannedChange } from '@varve/scd2'
import type { Colors } from './colors.js'
import { binaryText } from './json-string.js'
import { countText, durationText, plural } from './numbers.js'
import { textTable } from './text-table.js'

interface LoadFacts {
  readonly at: string
  readonly complete: boolean
}

/** What a load did. */
export function loadText({ table }: DimensionDefinition, { at, complete }: LoadFacts, { batchId, counts, findings, timings }: LoadOutcome, colors: Colors): string {
  const name = table.schema === undefined ? table.name : `${table.schema}.${table.name}`
  return [
    `${colors.bold(name)}: ${complete ? 'complete load' : 'load'} of ${at} ${colors.green('done')} in ${durationText(timings.totalMs)}`,
    '',
    countsTable([['', counts]], colors),
    '',
    ...findingLines(findings, colors),
    ...(counts.rejected > 0 ? [`  Rejected rows are in quarantine: varve runs ${batchId}`] : []),
    colors.dim(`  batch ${batchId}`),
  ].join('\n')
}

/** What a load would do. */
export function planText({ table }: DimensionDefinition, { at, complete }: LoadFacts, { counts, findings, sample, rejected }: LoadPlan, colors: Colors): string {
  const name = table.schema === undefined ? table.name : `${table.schema}.${table.name}`
  return [
    `${colors.bold(name)}: this ${complete ? 'complete load' : 'load'} of ${at} would come to`,
    '',
    countsTable([['', counts]], colors),
    '',
    ...sample.flatMap((change) => changeLines(change, colors)),
    ...findingLines(findings, colors),
    ...rejected.map(({ rowNumber, message }) => `  ${colors.yellow('!')} row ${rowNumber} would be rejected: ${message}`),
    colors.dim('  Nothing was changed.'),
  ].join('\n')
}

/** Counts of loads, a line each; columns in which nothing happened are left out. */
export function countsTable(loads: readonly (readonly [title: string, counts: LoadCounts])[], colors: Colors): string {
  const order = ['read', 'rejected', 'duplicate', 'unchanged', 'new', 'changed', 'overwritten', 'closed', 'reopened', 'late'] as const
  const shown = order.filter((count) => count === 'read' || loads.some(([, counts]) => counts[count] > 0))
  const hasTitles = loads.some(([title]) => title !== '')
  return textTable(
    [...(hasTitles ? [{ title: 'load' }] : []), ...shown.map((title) => ({ title, align: 'right' as const }))],
    loads.map(([title, counts]) => [...(hasTitles ? [title] : []), ...shown.map((count) => countText(counts[count]))]),
    colors,
  )
}

const shownFindings = 10

/** The first findings, a line each. */
export function findingLines(findings: readonly { readonly severity: string; readonly message: string }[], colors: Colors): string[] {
  return [
    ...findings.slice(0, shownFindings).map(({ message }) => `  ${colors.yellow('!')} ${message}`),
    ...(findings.length > shownFindings ? [`  ${colors.yellow('!')} … and ${plural(findings.length - shownFindings, 'finding')} more: --json has all of them`] : []),
  ]
}

function changeLines({ kind, key, versions }: PlannedChange, colors: Colors): string[] {
  const named = Object.entries(key).map(([property, value]) => `${property}=${shownValue(value)}`).join(', ')
  return [
    `  ${colors.bold(kind)} ${named}`,
    ...versions.map(({ change, validFrom, validTo, columns }) => {
      const differences = Object.entries(columns).map(([property, { before, after }]) => (change === 'opened' && before === null ? `${property} ${shownValue(after)}` : `${property} ${shownValue(before)} → ${shownValue(after)}`))
      return `    ${change} ${validFrom} … ${validTo ?? ''}${differences.length > 0 ? `  ${differences.join(', ')}` : ''}`
    }),
  ]
}

/** A value on one line, for people. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'string') return /^[^\s,"']+$/.test(value) ? value : JSON.stringify(value)
  return typeof value === 'object' ? (value instanceof Uint8Array ? binaryText(value) : JSON.stringify(value)) : String(value)
}
