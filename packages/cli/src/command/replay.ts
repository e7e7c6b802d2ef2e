import { Argument, InvalidArgumentError, Option, type Command } from 'commander'
import type { Guard } from '@varve/scd2'
import { datedFiles } from '../dimension/dated-files.js'
import { findDefinition } from '../dimension/find-definition.js'
import { openRows, rowFormats, type RowOptions } from '../dimension/open-rows.js'
import { watchLoad } from '../dimension/watch-load.js'
import type { Host } from '../host.js'
import { openSession } from '../open-session.js'
import { addExamples } from './examples.js'
import { guardNames } from './guard-names.js'

interface ReplayCommandOptions extends RowOptions {
  readonly complete?: boolean
  readonly atFrom?: RegExp
  readonly allow?: readonly Guard[]
  readonly wait?: boolean
  readonly dryRun?: boolean
}

/** `varve replay`: dated files into a dimension, one load each. */
export function addReplay(program: Command, host: Host): void {
  const command = program
    .command('replay')
    .addArgument(new Argument('<definition>', 'the dimension: a JSON file, or a TypeScript or JavaScript module'))
    .addArgument(new Argument('<files...>', 'files, or directories of them, with an instant in their names'))
    .summary('load dated files into a dimension, in the order of their instants')
    .description('Loads files into a dimension, one load each, in the order of the instants in their names: 2024-01-31.csv, 2024-01-31T10-00-00Z.ndjson. Into an empty dimension they are merged in one go where that can be. Files that were loaded before change nothing.')
    .option('--complete', 'each file has all living members of its instant: those that are missing are closed, where the definition says so')
    .option('--at-from <regex>', 'finds the instant in the name of a file: its first group, or all that it matches', regex)
    .addOption(new Option('--allow <guard...>', 'let loads pass that a guard would refuse').choices(guardNames))
    .addOption(new Option('--format <format>', 'how the rows are written, where their names do not tell').choices(rowFormats))
    .option('--delimiter <character>', 'what stands between the fields of CSV; a comma if nothing is said, a tab for .tsv')
    .option('--wait', 'wait while another load of the dimension runs, or another process uses the embedded database')
    .option('--no-wait', 'leave with exit code 4 instead (the default)')
    .option('--dry-run', 'print the files and their instants in their order, and load none')
    .action(async (file: string, places: readonly string[], options: ReplayCommandOptions, self: Command) => {
      await using session = await openSession(host, self)
      const { log, printer, signal } = session
      const { complete = false, allow, atFrom, dryRun } = options
      const definition = await findDefinition(session, file)
      const loads = datedFiles(session, places, atFrom).map(({ path, at }) => ({ at, name: path, complete, rows: openRows(session, path, options) }))
      const { planText, replayText } = await import('../output/replay.js')
      if (dryRun) {
        printer.result({ dryRun: true, complete, loads: loads.map(({ name, at }) => ({ file: name, at })) }, () => planText(loads))
        return
      }
      const { Scd2Dimension } = await import('@varve/scd2')
      const wait = options.wait ? 'wait' : 'refuse'
      const startedMs = performance.now()
      const dimension = new Scd2Dimension(await session.engine({ wait }), definition)
      const { progress, done } = await watchLoad(session, 'replay')
      const outcome = await dimension.replay(loads, { allow, signal, log, wait, progress: ({ name, index, rowsRead }) => progress(`${index + 1}/${loads.length} ${name}`, rowsRead) }).finally(done)
      const totalMs = Math.round(performance.now() - startedMs)
      const json = { complete, inOneGo: outcome.inOneGo, loads: outcome.loads.map(({ name, ...load }) => ({ file: name, ...load })), timings: { totalMs } }
      printer.summary(json, () => replayText(session.core.tableLabel(definition.table), outcome, totalMs, printer.colors))
    })
  addExamples(command, [
    ['varve replay customers.json snapshots/ --complete', 'a directory of dated snapshots'],
    ['varve replay customers.json changes/*.ndjson', 'the pieces of a change feed'],
    ["varve replay customers.json exports/ --at-from 'export_(\\d{8})'", 'where the names are of another kind'],
    ['varve replay customers.json snapshots/ --dry-run', 'which files, in which order'],
  ])
}

function regex(text: string): RegExp {
  try {
    return new RegExp(text)
  } catch (error) {
    throw new InvalidArgumentError(`It is no regular expression: ${(error as Error).message}.`) // what RegExp throws is an error
  }
}
