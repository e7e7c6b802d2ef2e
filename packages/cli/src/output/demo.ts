import type { PipelineResult, RecordedRun, RecordedRunDetail } from '@varve/core'
import type { Colors } from './colors.js'
import { plural } from './numbers.js'
import { checkLine } from './checks.js'
import { runText } from './run.js'
import { runListText } from './runs.js'

/** Rows that were set aside for one reason. */
export interface QuarantineGroup {
  readonly column: string
  readonly reason: string
  readonly rows: number
  /** The first of them: what is wrong, and the row as it came. */
  readonly example: { readonly message: string; readonly raw: string | undefined }
}

/** The quarantine of a run, by column and reason. */
export function quarantineGroups(run: RecordedRunDetail): readonly QuarantineGroup[] {
  const groups = new Map<string, QuarantineGroup>()
  for (const { check, column = '', reason = '', message, raw } of run.batches.flatMap((batch) => batch.findings.first)) {
    if (check !== 'quarantine') continue
    const key = `${column} ${reason}`
    const group = groups.get(key) ?? { column, reason, rows: 0, example: { message, raw } }
    groups.set(key, { ...group, rows: group.rows + 1 })
  }
  return [...groups.values()]
}

/** What the demo shows. */
export interface DemoShow {
  readonly database: string
  readonly url: string
  readonly result: PipelineResult
  readonly run: RecordedRunDetail
  readonly quarantine: readonly QuarantineGroup[]
  readonly ledger: readonly RecordedRun[]
}

/** The demo, told to people. */
export function demoText({ database, url, result, run, quarantine, ledger }: DemoShow, colors: Colors): string {
  const title = (text: string) => ['', colors.bold(text)]
  const written = run.counts.new + run.counts.changed
  return [
    `${colors.bold('A help desk sends its tickets.')} They are invented, and some are broken on purpose.`,
    `They went through a mapping, a staging table and one transaction. The database: ${database}.`,
    ...title(written > 0 ? 'What was loaded' : 'What was loaded: nothing, since all of it was there'),
    runText(result, colors),
    ...title('What was set aside, with reason and row'),
    ...quarantine.map(({ column, rows, example }) => `  ${colors.yellow(plural(rows, 'row').padEnd(8))} ${column}: ${example.message}${example.raw === undefined ? '' : `\n           ${colors.dim(example.raw)}`}`),
    ...title('What was checked before it was committed'),
    ...run.batches.flatMap((batch) => batch.checks).map((check) => `  ${checkLine(check, colors)}`),
    ...title('What the ledger holds'),
    runListText(ledger, colors),
    ...title('What to try next'),
    ...[
      ['varve demo', 'again: not one row will be written'],
      [`varve runs ${result.runId} --db ${url}`, 'this run, with its findings'],
      [`varve doctor --db ${url}`, 'what a look at the database finds'],
      ['varve init', 'a warehouse of your own'],
    ].map(([line = '', what = '']) => `  ${line}\n      ${colors.dim(what)}`),
  ].join('\n')
}
