import { createReadStream, statSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { Argument, Option, type Command } from 'commander'
import type { RowSource } from '@varve/core'
import { CommandFailure } from '../command-failure.js'
import type { Host } from '../host.js'
import { openSession } from '../open-session.js'
import { showProgress } from '../output/progress.js'
import { runJson } from '../output/run-json.js'
import type { ViewName } from '../pipeline/otc/otc-view.js'
import type { Session } from '../session.js'
import { addExamples } from './examples.js'

interface ImportOptions {
  readonly format?: FileFormat
  readonly delimiter?: string
  readonly wait?: boolean
  readonly dryRun?: boolean
}

const formats = ['xlsx', 'csv'] as const
type FileFormat = (typeof formats)[number]

const endings: Readonly<Record<string, FileFormat>> = { '.xlsx': 'xlsx', '.csv': 'csv', '.tsv': 'csv' }

/** `varve import`: an export of a source into the tables of its pipeline. */
export function addImport(program: Command, host: Host): void {
  const command = program
    .command('import')
    .addArgument(new Argument('<pipeline>', 'whose source it was exported from').choices(['otc']))
    .addArgument(new Argument('<view>', 'what it holds').choices(['tickets', 'timesheets', 'comments']))
    .addArgument(new Argument('<file>', 'XLSX or CSV, with the names of the columns in the first row'))
    .summary('load an export of a source')
    .description('Loads a historical export of a source, as one batch: all of it, or nothing but its reason. The rows are read as those of the source are. What is known to be older than what is stored changes nothing there, and takes its place in the history; columns that the file has not stay as they are. The same file again changes nothing.')
    .addOption(new Option('--format <format>', 'what it is, where its name does not tell').choices(formats))
    .option('--delimiter <character>', 'what stands between the fields of CSV; a comma if nothing is said, a tab for .tsv')
    .option('--wait', 'wait while another process loads the same pipeline or uses the embedded database')
    .option('--no-wait', 'leave with exit code 4 instead (the default)')
    .option('--dry-run', 'do all of it and take it back: the counts are exact, and nothing stays')
    .action(async (_pipeline: string, view: ViewName, file: string, options: ImportOptions, self: Command) => {
      await using session = await openSession(host, self)
      const { core, log, printer, screen, signal } = session
      const { otcImport } = await import('../pipeline/otc/otc-import.js')
      const { sheetRows } = await import('../spreadsheet/sheet-rows.js')
      const { runText } = await import('../output/run.js')
      const { path, format } = findFile(session, file, options.format)
      const rows = (): RowSource<object> => (format === 'xlsx' ? sheetRows(path) : core.csv(createReadStream(path), { delimiter: options.delimiter ?? (extname(path).toLowerCase() === '.tsv' ? '\t' : ',') }))
      const pipeline = otcImport({ view, file, rows, environment: host.environment })
      const wait = options.wait ? 'wait' : 'refuse'
      const engine = await session.engine({ wait })
      const progress = await showProgress(session)
      const result = await core.runPipeline(pipeline, engine, { wait, signal, log, progress, dryRun: options.dryRun })
      screen.stop()
      const text = () => runText(result, printer.colors)
      const failure = core.failureOf(result)
      if (failure) {
        printer.people(text)
        throw new CommandFailure(failure, runJson(result))
      }
      if (options.dryRun) printer.result(runJson(result), text)
      else printer.summary(runJson(result), text)
    })
  addExamples(command, [
    ['varve import otc tickets tickets-2024.xlsx', 'tickets of before the ten days that the view has'],
    ['varve import otc timesheets timesheets.csv --dry-run', 'what it would do, to the row'],
    ['varve import otc comments comments-2025.csv', 'with the names that exports had then'],
  ])
}

/** @throws VarveError V1009 when there is no such file, or its kind is not known. */
function findFile({ core, host }: Session, file: string, wanted: FileFormat | undefined): { readonly path: string; readonly format: FileFormat } {
  const path = resolve(host.directory, file)
  const facts = statSync(path, { throwIfNoEntry: false })
  if (!facts?.isFile()) throw new core.VarveError('V1009', `"${file}" is ${facts ? 'no file' : 'not there'}. Check its path, which starts at ${host.directory}.`, { context: { file } })
  const format = wanted ?? endings[extname(path).toLowerCase()]
  if (!format) throw new core.VarveError('V1009', `How "${file}" is to be read cannot be told from its name. Say it: --format xlsx, or --format csv.`, { context: { file } })
  return { path, format }
}
