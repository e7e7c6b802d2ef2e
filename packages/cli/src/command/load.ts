import { Argument, Option, type Command } from 'commander'
import type { Guard } from '@varve/scd2'
import { findDefinition } from '../dimension/find-definition.js'
import { openRows, rowFormats, type RowOptions } from '../dimension/open-rows.js'
import { watchLoad } from '../dimension/watch-load.js'
import type { Host } from '../host.js'
import { openSession } from '../open-session.js'
import { addExamples } from './examples.js'
import { guardNames } from './guard-names.js'

interface LoadCommandOptions extends RowOptions {
  readonly at?: string
  readonly complete?: boolean
  readonly allow?: readonly Guard[]
  readonly wait?: boolean
  readonly dryRun?: boolean
}

/** `varve load`: rows of a file into a dimension. */
export function addLoad(program: Command, host: Host): void {
  const command = program
    .command('load')
    .addArgument(new Argument('<definition>', 'the dimension: a JSON file, or a TypeScript or JavaScript module'))
    .addArgument(new Argument('<rows>', 'CSV or NDJSON, or - for standard input'))
    .summary('load rows into a dimension that keeps its history')
    .description('Loads rows into a dimension that keeps its history, as one batch: all of it, or nothing. What is missing in the database is created. The same rows again change nothing.')
    .option('--at <instant>', 'the instant of the load, such as 2025-01-31 or 2025-01-31T10:00:00Z; now if nothing is said')
    .option('--complete', 'the rows are all living members: those that are missing are closed, where the definition says so')
    .addOption(new Option('--allow <guard...>', 'let a load pass that a guard would refuse').choices(guardNames))
    .addOption(new Option('--format <format>', 'how the rows are written, where their name does not tell').choices(rowFormats))
    .option('--delimiter <character>', 'what stands between the fields of CSV; a comma if nothing is said, a tab for .tsv')
    .option('--wait', 'wait while another load of the dimension runs, or another process uses the embedded database')
    .option('--no-wait', 'leave with exit code 4 instead (the default)')
    .option('--dry-run', 'tell exactly what would be done, with samples, and do nothing')
    .action(async (file: string, rowsFile: string, options: LoadCommandOptions, self: Command) => {
      await using session = await openSession(host, self)
      const { log, printer, signal } = session
      const { at, complete = false, allow, dryRun } = options
      const definition = await findDefinition(session, file)
      const rows = openRows(session, rowsFile, options)
      const { Scd2Dimension } = await import('@varve/scd2')
      const { loadText, planText } = await import('../output/load.js')
      const wait = options.wait ? 'wait' : 'refuse'
      const dimension = new Scd2Dimension(await session.engine({ wait }), definition)
      const shared = { at: at ?? new Date().toISOString(), complete, allow }
      if (dryRun) {
        const plan = await dimension.plan(rows(), { ...shared, signal })
        printer.result({ dryRun: true, at: shared.at, complete, ...plan }, () => planText(definition, shared, plan, printer.colors))
        return
      }
      const { progress, done } = await watchLoad(session, 'load')
      const outcome = await dimension.load(rows(), { ...shared, signal, log, wait, progress }).finally(done)
      const timings = Object.fromEntries(Object.entries(outcome.timings).map(([name, ms]) => [name, Math.round(ms)]))
      printer.summary({ batchId: outcome.batchId, at: shared.at, complete, counts: outcome.counts, findings: outcome.findings, timings }, () => loadText(definition, shared, outcome, printer.colors))
    })
  addExamples(command, [
    ['varve load customers.json customers.csv', 'what is in the file, as of now'],
    ['varve load customers.json 2025-01-31.csv --at 2025-01-31 --complete', 'a snapshot: all customers of that day'],
    ['varve load customers.json changes.ndjson --dry-run', 'what it would do, column by column'],
    ['pg_export | varve load customers.ts - --format ndjson --json', 'from another program, for another program'],
  ])
}
