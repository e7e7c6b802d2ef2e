import { Command, CommanderError } from 'commander'
import { addBackfill } from './command/backfill.js'
import { addCheck } from './command/check.js'
import { addCompletion } from './command/completion.js'
import { addDemo } from './command/demo.js'
import { addDiff } from './command/diff.js'
import { addDoctor } from './command/doctor.js'
import { addHistory } from './command/history.js'
import { addImport } from './command/import.js'
import { addInit } from './command/init.js'
import { addLoad } from './command/load.js'
import { addMigrate } from './command/migrate.js'
import { addReplay } from './command/replay.js'
import { addRevert } from './command/revert.js'
import { addRun, helpOnPipeline } from './command/run.js'
import { addRuns } from './command/runs.js'
import { addSchema } from './command/schema.js'
import { addSimulate } from './command/simulate.js'
import { addValidate } from './command/validate.js'
import { addVerify } from './command/verify.js'
import { addGlobals, type Globals } from './globals.js'
import type { Host } from './host.js'
import { version } from './version.js'

/**
 * Declares the commands. What they need is loaded when one of them runs, so that help and version are quick.
 *
 * @param end Told the exit code of a command that ended without an error, but not with all well.
 */
export function buildProgram(host: Host, end: (exitCode: number) => void = () => undefined): Command {
  const program = new Command('varve')
  program
    .description('Loads data warehouses: dimensions that keep their history, facts, and batches that commit as a whole.')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'print help')
    .helpCommand('help [command]', 'print help of a command')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      // Errors of usage are printed like all others, by runProgram.
      outputError: () => undefined,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      getOutHelpWidth: () => host.stdout.columns ?? 100,
      getErrHelpWidth: () => host.stderr.columns ?? 100,
    })
  addGlobals(program)
  addInit(program, host)
  addMigrate(program, host)
  addRun(program, host)
  addBackfill(program, host)
  addRuns(program, host)
  addLoad(program, host)
  addImport(program, host)
  addHistory(program, host)
  addDiff(program, host)
  addVerify(program, host, end)
  addReplay(program, host)
  addRevert(program, host)
  addSchema(program, host, end)
  addValidate(program, host, end)
  addDoctor(program, host, end)
  addCheck(program, host, end)
  addSimulate(program, host)
  addDemo(program, host)
  addCompletion(program, host)
  return program
}

/**
 * Runs a command line and answers its exit code; errors are printed, not thrown.
 *
 * @example
 * ```ts
 * const exitCode = await runProgram(['runs', '--json'], { stdout, stderr, environment: process.env, directory: process.cwd(), signal })
 * ```
 */
export async function runProgram(argv: readonly string[], host: Host): Promise<number> {
  let exitCode = 0
  const program = buildProgram(host, (code) => (exitCode = code))
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCode
  } catch (error) {
    // Help and version end that way too.
    const isHelp = error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help')
    const failure: unknown = isHelp ? await helpOnPipeline(program, host).catch((reason: unknown) => reason) : error
    if (isHelp && failure === undefined) return error.exitCode
    const { printError } = await import('./output/error.js')
    return await printError(host, globalsOf(argv, program), failure)
  }
}

/** The global options, also of a command line that could not be parsed to its end. */
function globalsOf(argv: readonly string[], program: Command): Globals {
  return { ...program.opts<Globals>(), ...(argv.includes('--json') ? { json: true } : {}) }
}
