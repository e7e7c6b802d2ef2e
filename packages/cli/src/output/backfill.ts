import type { CanonicalTable } from '../canonical/canonical-table.js'
import type { BackfillOutcome } from '../pipeline/connectwise/backfill-tenant.js'
import type { Colors } from './colors.js'
import { countText, durationText, plural } from './numbers.js'
import { shownCounts } from './run.js'
import { textTable } from './text-table.js'

/** What a backfill did, a line for each tenant, and which fields it found filled. */
export function backfillText(canonical: CanonicalTable, outcomes: readonly BackfillOutcome[], { runId, durationMs }: { readonly runId: string; readonly durationMs: number }, colors: Colors): string {
  const counts = shownCounts(outcomes.map((outcome) => outcome.counts))
  const lines = outcomes.map(({ tenant, chunks, isComplete, counts: own }) => [tenant, ...counts.map((count) => countText(own[count])), countText(chunks), isComplete ? colors.green('complete') : colors.yellow('to be resumed')])
  return [
    `${colors.bold(canonical.name)}: backfill in ${durationText(durationMs)}`,
    '',
    textTable([{ title: 'tenant' }, ...counts.map((count) => ({ title: count, align: 'right' as const })), { title: 'batches', align: 'right' }, { title: 'state' }], lines, colors),
    '',
    ...outcomes.flatMap((outcome) => fieldLines(canonical, outcome, colors)),
    ...(outcomes.some(({ counts: own }) => own.rejected > 0) ? [`Rejected rows are in quarantine: varve runs ${runId}`] : [colors.dim(`run ${runId}`)]),
  ].join('\n')
}

function fieldLines(canonical: CanonicalTable, { tenant, populated, counts }: BackfillOutcome, colors: Colors): string[] {
  const rows = counts.read - counts.rejected
  if (rows === 0) return [`${tenant}: no row was read.`]
  const fields = Object.keys(canonical.fields)
  const filled = fields.filter((field) => (populated[field] ?? 0) > 0)
  const never = fields.filter((field) => !filled.includes(field))
  const partly = filled.filter((field) => (populated[field] ?? 0) < rows).map((field) => `${field} ${countText(populated[field] ?? 0)}`)
  return [
    `${tenant}: of ${plural(fields.length, 'field')}, ${filled.length} have values in these ${plural(rows, 'row')}.`,
    ...(partly.length > 0 ? [colors.dim(`  in some rows: ${partly.join(', ')}`)] : []),
    ...(never.length > 0 ? [colors.dim(`  in none: ${never.join(', ')}`)] : []),
  ]
}
