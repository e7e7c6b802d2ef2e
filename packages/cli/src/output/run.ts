import type { BatchOutcome, PipelineResult, StepCounts, StepRecord, StepResult } from '@varve/core'
import type { Colors } from './colors.js'
import { countText, durationText } from './numbers.js'
import { textTable } from './text-table.js'

/** A run in a table: a line for each table that its batches wrote, and for each step that wrote none. */
export function runText(result: PipelineResult, colors: Colors): string {
  const status = { done: colors.green('done'), failed: colors.red('failed'), interrupted: colors.yellow('interrupted') }[result.status]
  const lines = result.steps.flatMap(linesOf)
  const counts = shownCounts(lines.flatMap((line) => (line.counts ? [line.counts] : [])))
  const table = textTable(
    [{ title: 'step' }, { title: 'table' }, { title: 'status' }, ...counts.map((count) => ({ title: count, align: 'right' as const })), { title: 'time', align: 'right' }],
    lines.map(({ step, table: name, status: state, counts: own, time }) => [step, name, colored(state, colors), ...counts.map((count) => (own ? countText(own[count] ?? 0) : '')), time]),
    colors,
  )
  const batches = result.steps.flatMap((step) => (step.status === 'done' && isBatch(step.outcome) ? [step.outcome] : []))
  const takenOver = batches.flatMap(({ takenOver: { abandoned, completed } }) => [...abandoned.map((id) => `batch ${id} was found abandoned; its data had been rolled back`), ...completed.map((id) => `batch ${id} had loaded but was not closed; it counts as succeeded`)])
  const rejected = batches.flatMap((batch) => batch.steps).some((step) => step.counts.rejected > 0)
  return [
    `${colors.bold(result.pipeline)}: ${result.dryRun ? 'dry run, ' : ''}${status} in ${durationText(result.durationMs)}`,
    '',
    table,
    '',
    ...takenOver.map((text) => `  ${colors.yellow('!')} ${text}`),
    ...(result.dryRun ? dryRunLines(batches, colors) : [...(rejected ? [`  Rejected rows are in quarantine: varve runs ${result.runId}`] : []), colors.dim(`  run ${result.runId}`)]),
  ].join('\n')
}

/** The counts worth a column: what was read and rejected, and all that happened to any row. */
export function shownCounts(all: readonly Partial<StepCounts>[]): (keyof StepCounts)[] {
  const order: (keyof StepCounts)[] = ['read', 'rejected', 'duplicate', 'unchanged', 'changed', 'overwritten', 'new', 'closed', 'reopened', 'late', 'deleted']
  return all.length === 0 ? [] : order.filter((count) => count === 'read' || count === 'rejected' || all.some((counts) => (counts[count] ?? 0) > 0))
}

function dryRunLines(batches: readonly BatchOutcome[], colors: Colors): string[] {
  const findings = batches.flatMap((batch) => batch.dryRun?.findings ?? [])
  return [
    ...findings.slice(0, shownFindings).map(({ table, rowNumber, column, message }) => `  ${colors.yellow('!')} ${[table, rowNumber === undefined ? undefined : `row ${rowNumber}`, column].filter((part) => part !== undefined).join(', ')}: ${message}`),
    ...(findings.length > shownFindings ? [`  ${colors.yellow('!')} … and more: --json shows the first of each step`] : []),
    colors.dim('  Nothing was kept. Each step was tried on the warehouse as it is, without what the steps before it would write.'),
  ]
}

const shownFindings = 10

interface Line {
  readonly step: string
  readonly table: string
  readonly status: StepResult['status']
  readonly counts: Partial<StepCounts> | undefined
  readonly time: string
}

function linesOf(step: StepResult): Line[] {
  const { name, status } = step
  const time = status === 'not started' ? '' : durationText(step.durationMs)
  if (status !== 'done' || !step.outcome) return [{ step: name, table: '', status, counts: undefined, time }]
  if (!isBatch(step.outcome)) return [{ step: name, table: step.outcome.note ?? '', status, counts: step.outcome.counts, time }]
  const records = step.outcome.steps
  if (records.length === 0) return [{ step: name, table: '', status, counts: undefined, time }]
  return records.map((record, at) => ({ step: at === 0 ? name : '', table: shownTable(record), status, counts: record.counts, time: at === 0 ? time : '' }))
}

/** The table, with what was done to it where the step says more than its name. */
function shownTable({ step, table }: StepRecord): string {
  return table === undefined || step.startsWith(table) ? step : table
}

function isBatch(outcome: unknown): outcome is BatchOutcome {
  return typeof outcome === 'object' && outcome !== null && 'batchId' in outcome
}

function colored(status: StepResult['status'], colors: Colors): string {
  return { done: colors.green, failed: colors.red, 'not started': colors.yellow }[status](status)
}
