import type { Command } from 'commander'
import type { Host } from '../host.js'
import { chosenPipeline, optionsOf } from '../chosen-pipeline.js'
import { CommandFailure } from '../command-failure.js'
import { findPipeline } from '../find-pipeline.js'
import { showProgress } from '../output/progress.js'
import { runJson } from '../output/run-json.js'
import { openSession } from '../open-session.js'
import { addExamples } from './examples.js'

interface RunOptions {
  readonly only?: readonly string[]
  readonly wait?: boolean
  readonly dryRun?: boolean
}

/** `varve run`: a pipeline of the configuration. */
export function addRun(program: Command, host: Host): void {
  const command = program
    .command('run')
    .argument('<pipeline>', 'the name of a pipeline: of the configuration, or one that comes with the command: tracktik, connectwise, otc')
    .argument('[pipeline-options...]', 'what the pipeline itself can be told, such as --full')
    .allowUnknownOption()
    .summary('run a pipeline')
    .description('Runs a pipeline of the configuration, or one that comes with the command. Each of its batches commits as a whole or leaves nothing but its reason, so it can be run again at any time. Ctrl-C ends it cleanly.')
    .option('--only <step...>', 'these steps only; what they come after is taken to be done')
    .option('--wait', 'wait while another process runs it or uses the embedded database')
    .option('--no-wait', 'leave with exit code 4 instead (the default)')
    .option('--dry-run', 'do all of it and take it back: the counts are exact, and nothing stays')
    .action(async (name: string, rest: readonly string[], options: RunOptions, self: Command) => {
      await using session = await openSession(host, self)
      const { core, log, printer, screen, signal } = session
      const { runText } = await import('../output/run.js')
      if (name.startsWith('-')) throw new core.VarveError('V1006', `"${name}" stands where the name of the pipeline belongs. Write the pipeline first, and what it is told behind it: varve run tracktik --full`)
      const pipeline = chosenPipeline(await findPipeline(session, name), rest, self)
      core.chosenSteps(pipeline, options.only) // a wrong name is told before a database is opened
      const wait = options.wait ? 'wait' : 'refuse'
      const engine = await session.engine({ wait })
      const progress = await showProgress(session)
      const result = await core.runPipeline(pipeline, engine, { wait, signal, log, progress, dryRun: options.dryRun, only: options.only })
      screen.stop()
      const failure = core.failureOf(result)
      if (failure) {
        printer.people(() => runText(result, printer.colors))
        throw new CommandFailure(failure, runJson(result))
      }
      const text = () => runText(result, printer.colors)
      if (options.dryRun) printer.result(runJson(result), text)
      else printer.summary(runJson(result), text)
    })
  addExamples(command, [
    ['varve run crm', 'all of it'],
    ['varve run crm --only people companies', 'two steps of it'],
    ['varve run crm --dry-run', 'what it would do, to the row'],
    ['varve run tracktik --period 2025_05', 'an option of the pipeline itself'],
    ['varve run tracktik --help', 'also what that pipeline can be told'],
    ['varve run crm --wait --json', 'for a scheduler: waits its turn, one JSON object at the end'],
  ])
}

/** Adds what a pipeline can be told to the help that was printed, where `varve run` was asked for help with one. */
export async function helpOnPipeline(program: Command, host: Host): Promise<void> {
  const run = program.commands.find((command) => command.name() === 'run')
  const [name] = run?.args ?? []
  if (!run || name === undefined || name.startsWith('-')) return
  await using session = await openSession(host, run)
  const told = await findPipeline(session, name).then(optionsOf, (error: unknown) => {
    if (!(error instanceof session.core.VarveError) || error.code !== 'V1002') throw error
    return `What ${name} can be told is shown here once it has its settings: ${error.message.replace('[V1002] ', '')}`
  })
  host.stdout.write(`\n${told}\n`)
}
