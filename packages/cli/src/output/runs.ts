import type { BatchState, RecordedBatch, RecordedRun, RecordedRunDetail } from '@varve/core'
import type { Colors } from './colors.js'
import { checkLine } from './checks.js'
import { countText, durationText, instantText, plural } from './numbers.js'
import { shownCounts } from './run.js'
import { textTable } from './text-table.js'

const shownPipelines = 2

/** Runs as a table. */
export function runListText(runs: readonly RecordedRun[], colors: Colors): string {
  if (runs.length === 0) return 'The ledger holds no such run.'
  const counts = shownCounts(runs.map((run) => run.counts))
  return textTable(
    [{ title: 'started' }, { title: 'pipeline' }, { title: 'status' }, { title: 'time', align: 'right' }, ...counts.map((count) => ({ title: count, align: 'right' as const })), { title: 'run' }],
    runs.map((run) => [instantText(run.startedAt), pipelinesText(run.pipelines), statusText(run.status, colors), time(run.startedAt, run.finishedAt), ...counts.map((count) => countText(run.counts[count])), run.runId]),
    colors,
  )
}

/** A run with its batches: counts, checks and findings. */
export function runDetailText(run: RecordedRunDetail, colors: Colors): string {
  return [
    `${colors.bold(`run ${run.runId}`)}: ${statusText(run.status, colors)}, started ${instantText(run.startedAt)}${run.finishedAt === undefined ? '' : `, took ${time(run.startedAt, run.finishedAt)}`}`,
    ...run.batches.map((batch) => batchText(batch, colors)),
  ].join('\n\n')
}

function batchText(batch: RecordedBatch, colors: Colors): string {
  const parts = [
    `${colors.bold(batch.pipeline)} ${batch.type}: ${statusText(batch.status, colors)} ${time(batch.startedAt, batch.finishedAt)}  ${colors.dim(`batch ${batch.batchId}, process ${batch.processId} on ${batch.host}${batch.attempts > 1 ? `, ${batch.attempts} attempts` : ''}`)}`,
  ]
  if (batch.error) parts.push(`  ${colors.red('error')} ${batch.error.message}`)
  if (batch.revertedBy !== undefined) parts.push(`  reverted by batch ${batch.revertedBy}`)
  if (batch.takenOverBy !== undefined) parts.push(`  taken over by batch ${batch.takenOverBy}`)
  if (batch.steps.length > 0) parts.push(stepsText(batch, colors))
  parts.push(...batch.checks.map((check) => `  ${checkLine(check, colors)}`))
  const { total, first } = batch.findings
  if (total > 0) {
    parts.push(`  ${plural(total, 'finding')}${first.length < total ? `, the first ${first.length} of them` : ''}:`)
    for (const { check, severity, table, rowNumber, message, raw } of first) {
      parts.push(`    ${severity === 'error' ? colors.red(severity) : colors.yellow(severity)} ${check}${table === undefined ? '' : ` ${table}`}${rowNumber === undefined ? '' : ` row ${rowNumber}`}: ${message}${raw === undefined ? '' : `\n          ${colors.dim(raw)}`}`)
    }
  }
  return parts.join('\n')
}

function stepsText({ steps }: RecordedBatch, colors: Colors): string {
  const counts = shownCounts(steps.map((step) => step.counts))
  const hasWatermarks = steps.some((step) => step.watermarkAfter !== undefined)
  return textTable(
    [{ title: 'step' }, { title: 'table' }, ...counts.map((count) => ({ title: count, align: 'right' as const })), ...(hasWatermarks ? [{ title: 'watermark' }] : [])],
    steps.map((step) => [step.step, step.table ?? '', ...counts.map((count) => countText(step.counts[count])), ...(hasWatermarks ? [step.watermarkAfter === undefined ? '' : `${step.watermarkBefore ?? 'none'} → ${step.watermarkAfter}`] : [])]),
    colors,
  )
}

/** The first of them stand for many. */
function pipelinesText(pipelines: readonly string[]): string {
  return pipelines.length <= shownPipelines ? pipelines.join(', ') : `${pipelines.slice(0, shownPipelines).join(', ')} and ${pipelines.length - shownPipelines} more`
}

function time(from: string, to: string | undefined): string {
  return to === undefined ? '' : durationText(Date.parse(to) - Date.parse(from))
}

function statusText(status: BatchState, colors: Colors): string {
  const color = { succeeded: colors.green, failed: colors.red, abandoned: colors.yellow, running: colors.cyan, committed: colors.cyan }[status]
  return color(status)
}
