import { Argument, Option, type Command } from 'commander'
import { existingDimension } from '../dimension/existing-dimension.js'
import { findDefinition } from '../dimension/find-definition.js'
import { keyOption } from '../dimension/key-option.js'
import type { Host } from '../host.js'
import { openSession } from '../open-session.js'
import { historyFormats, type HistoryFormat } from '../output/row-writer.js'
import { addExamples } from './examples.js'

interface HistoryOptions {
  readonly asOf?: string
  readonly key?: readonly string[]
  readonly format?: HistoryFormat
}

/** `varve history`: the versions of a dimension. */
export function addHistory(program: Command, host: Host): void {
  const command = program
    .command('history')
    .addArgument(new Argument('<definition>', 'the dimension: a JSON file, or a TypeScript or JavaScript module'))
    .summary('print the versions of a dimension')
    .description('Prints the versions of a dimension, by key and begin: the business columns, and from when to when each version holds. A version without an end is current.')
    .option('--as-of <instant>', 'the versions that held at an instant, such as 2025-01-31 or 2025-01-31T10:00:00Z')
    .option('--key <column=value...>', 'one member; for a key of several columns: --key one=a,other=b')
    .addOption(new Option('--format <format>', 'how they are printed; --json is --format json').choices(historyFormats))
    .action(async (file: string, { asOf, key, format }: HistoryOptions, self: Command) => {
      await using session = await openSession(host, self)
      const { core, globals, printer } = session
      const definition = await findDefinition(session, file)
      const member = key && keyOption(core, definition, key)
      const engine = await existingDimension(session, definition, file)
      const scd2 = await import('@varve/scd2')
      const { writeRows } = await import('../output/row-writer.js')
      const slices = member ? oneSlice(asOf === undefined ? scd2.readHistory(engine, definition, member) : scd2.readAsOf(engine, definition, asOf, member)) : asOf === undefined ? scd2.streamHistory(engine, definition) : scd2.streamAsOf(engine, definition, asOf)
      const business = definition.table.columns.map((column) => column.property)
      await writeRows({ output: host.stdout, colors: printer.colors, csvLine: core.csvLine }, format ?? (globals.json ? 'json' : 'table'), [...business, 'validFrom', 'validTo', 'current'], shown(slices, business))
    })
  addExamples(command, [
    ['varve history customers.json', 'every version of every customer'],
    ['varve history customers.json --as-of 2025-01-31', 'all customers as they were that day'],
    ['varve history customers.json --key id=7', 'what became of one'],
    ['varve history customers.json --format csv > history.csv', 'into a file'],
  ])
}

interface AnyVersion {
  readonly validFrom: string
  readonly validTo: string | null
}

async function* shown(slices: AsyncIterable<readonly AnyVersion[]>, business: readonly string[]): AsyncGenerator<Record<string, unknown>[]> {
  for await (const versions of slices) {
    yield versions.map((version) => {
      const values = new Map<string, unknown>(Object.entries(version))
      return { ...Object.fromEntries(business.map((property) => [property, values.get(property) ?? null])), validFrom: version.validFrom, validTo: version.validTo, current: version.validTo === null }
    })
  }
}

async function* oneSlice<T>(rows: Promise<readonly T[]>): AsyncGenerator<readonly T[]> {
  yield await rows
}
