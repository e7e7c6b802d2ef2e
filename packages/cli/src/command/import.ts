import { createReadStream, statSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { Argument, Option, type Command } from 'commander'
import type { Pipeline, RowSource } from '@varve/core'
import { CommandFailure } from '../command-failure.js'
import type { Host } from '../host.js'
import { openSession } from '../open-session.js'
import { showProgress } from '../output/progress.js'
import { runJson } from '../output/run-json.js'
import type { ViewName } from '../pipeline/otc/otc-view.js'
import type { Session } from '../session.js'
import { addExamples } from './examples.js'

interface ImportOptions {
  readonly tenant?: string
  readonly format?: FileFormat
  readonly delimiter?: string
  readonly wait?: boolean
  readonly dryRun?: boolean
}

const formats = ['xlsx', 'csv', 'ndjson'] as const
type FileFormat = (typeof formats)[number]

const endings: Readonly<Record<string, FileFormat>> = { '.xlsx': 'xlsx', '.csv': 'csv', '.tsv': 'csv', '.ndjson': 'ndjson', '.jsonl': 'ndjson' }
const deskViews: readonly string[] = ['tickets', 'timesheets', 'comments'] satisfies ViewName[]

/** `varve import`: an export of a source into the tables of its pipeline. */
export function addImport(program: Command, host: Host): void {
  const command = program
    .command('import')
    .addArgument(new Argument('<pipeline>', 'whose source it was exported from: otc, or export for any other desk').choices(['otc', 'export']))
    .addArgument(new Argument('<view>', 'what it holds: tickets, timesheets or comments of otc; a canonical table, such as tickets, of export'))
    .addArgument(new Argument('<file>', 'XLSX or CSV with the names of the columns in the first row, or NDJSON'))
    .summary('load an export of a source')
    .description('Loads a historical export of a source, as one batch: all of it, or nothing but its reason. The rows are read as those of the source are. What is known to be older than what is stored changes nothing there, and takes its place in the history. What otc has no column for in the file stays as it is; a ticket of export is all that its row says. The same file again changes nothing.')
    .option('--tenant <name>', 'of export: whose rows they are')
    .addOption(new Option('--format <format>', 'what it is, where its name does not tell').choices(formats))
    .option('--delimiter <character>', 'what stands between the fields of CSV; a comma if nothing is said, a tab for .tsv')
    .option('--wait', 'wait while another process loads the same pipeline or uses the embedded database')
    .option('--no-wait', 'leave with exit code 4 instead (the default)')
    .option('--dry-run', 'do all of it and take it back: the counts are exact, and nothing stays')
    .action(async (source: string, view: string, file: string, options: ImportOptions, self: Command) => {
      await using session = await openSession(host, self)
      const { core, log, printer, screen, signal } = session
      const { sheetRows } = await import('../spreadsheet/sheet-rows.js')
      const { runText } = await import('../output/run.js')
      const { path, format } = findFile(session, file, options.format)
      const rows = (): RowSource<object> => (format === 'xlsx' ? sheetRows(path) : format === 'ndjson' ? core.ndjson(createReadStream(path)) : core.csv(createReadStream(path), { delimiter: options.delimiter ?? (extname(path).toLowerCase() === '.tsv' ? '\t' : ',') }))
      const pipeline = source === 'otc' ? await deskImport(session, { view, file, rows }) : await exportImport(session, { view, rows, tenant: options.tenant })
      const wait = options.wait ? 'wait' : 'refuse'
      const engine = await session.engine({ wait })
      const progress = await showProgress(session)
      const result = await core.runPipeline(pipeline, engine, { wait, signal, log, progress, dryRun: options.dryRun })
      screen.stop()
      const text = () => runText(result, printer.colors)
      const again = ['varve', 'import', source, view, file, ...(options.tenant === undefined ? [] : ['--tenant', options.tenant])].map((word) => (/^[\w./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')
      const failure = core.failureOf(result, again)
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
    ['varve import export tickets acme-tickets.csv --tenant acme', 'tickets of another desk, into the canonical table of a tenant'],
  ])
}

async function deskImport({ core, host }: Session, { view, file, rows }: { readonly view: string; readonly file: string; readonly rows: () => RowSource<object> }): Promise<Pipeline> {
  if (!deskViews.includes(view)) throw new core.VarveError('V1006', `"${view}" is no view of otc. Its views are ${deskViews.join(', ')}.`, { context: { view } })
  const { otcImport } = await import('../pipeline/otc/otc-import.js')
  return otcImport({ view: view as ViewName, file, rows, environment: host.environment }) // it was found among them
}

async function exportImport(session: Session, { view, rows, tenant }: { readonly view: string; readonly rows: () => RowSource<object>; readonly tenant: string | undefined }): Promise<Pipeline> {
  const { core } = session
  if (tenant === undefined) throw new core.VarveError('V1006', 'Whose rows these are is not said. Name the tenant: --tenant acme.')
  const { FileBatch, fileService } = await import('../canonical/file-batch.js')
  const { configuredTable } = await import('../canonical/configured-table.js')
  const { serviceMapping } = await import('../canonical/canonical-table.js')
  const canonical = await configuredTable(session, view)
  serviceMapping(canonical, fileService) // a table without a mapping is told before a database is opened
  return core.pipeline(fileService, { steps: [core.step(canonical.name, (context) => new FileBatch(canonical, tenant, rows()).run(context.engine, context), { heedsDryRun: true })] })
}

/** @throws VarveError V1009 when there is no such file, or its kind is not known. */
function findFile({ core, host }: Session, file: string, wanted: FileFormat | undefined): { readonly path: string; readonly format: FileFormat } {
  const path = resolve(host.directory, file)
  const facts = statSync(path, { throwIfNoEntry: false })
  if (!facts?.isFile()) throw new core.VarveError('V1009', `"${file}" is ${facts ? 'no file' : 'not there'}. Check its path, which starts at ${host.directory}.`, { context: { file } })
  const format = wanted ?? endings[extname(path).toLowerCase()]
  if (!format) throw new core.VarveError('V1009', `How "${file}" is to be read cannot be told from its name. Say it: --format xlsx, csv or ndjson.`, { context: { file } })
  return { path, format }
}
