import { Argument, Option, type Command } from 'commander'
import { existingDimension } from '../dimension/existing-dimension.js'
import { findDefinition } from '../dimension/find-definition.js'
import type { Host } from '../host.js'
import { openSession } from '../open-session.js'
import { historyFormats, type HistoryFormat } from '../output/row-writer.js'
import { addExamples } from './examples.js'

interface DiffOptions {
  readonly from: string
  readonly to: string
  readonly format?: HistoryFormat
}

/** `varve diff`: who appeared, left and changed between two instants. */
export function addDiff(program: Command, host: Host): void {
  const command = program
    .command('diff')
    .addArgument(new Argument('<definition>', 'the dimension: a JSON file, or a TypeScript or JavaScript module'))
    .summary('tell what changed in a dimension between two instants')
    .description('Tells who appeared, who left and who changed between two instants, column by column. Members that are the same at both are not named.')
    .requiredOption('--from <instant>', 'the one instant, such as 2025-01-31 or 2025-01-31T10:00:00Z')
    .requiredOption('--to <instant>', 'the other')
    .addOption(new Option('--format <format>', 'how it is printed; --json is --format json. A table and CSV have a line for each column that differs').choices(historyFormats))
    .action(async (file: string, { from, to, format }: DiffOptions, self: Command) => {
      await using session = await openSession(host, self)
      const { core, globals, printer } = session
      const definition = await findDefinition(session, file)
      const engine = await existingDimension(session, definition, file)
      const { streamDiff } = await import('@varve/scd2')
      const { writeRows } = await import('../output/row-writer.js')
      const { differenceLines, differenceObjects } = await import('../output/differences.js')
      const keys = definition.key.map((column) => column.property)
      const chosen = format ?? (globals.json ? 'json' : 'table')
      const differences = streamDiff(engine, definition, from, to)
      const isByColumn = chosen === 'table' || chosen === 'csv'
      await writeRows({ output: host.stdout, colors: printer.colors, csvLine: core.csvLine }, chosen, ['kind', ...keys, 'column', 'before', 'after'], isByColumn ? differenceLines(definition, differences) : differenceObjects(definition, differences))
    })
  addExamples(command, [
    ['varve diff customers.json --from 2025-01-01 --to 2025-02-01', 'what January changed'],
    ['varve diff customers.json --from 2025-01-01 --to 2025-02-01 --json', 'the same for a program'],
  ])
}
