import { InvalidArgumentError, Option, type Command } from 'commander'
import type { BatchState } from '@varve/core'
import type { Host } from '../host.js'
import { openSession } from '../open-session.js'
import { addExamples } from './examples.js'

interface RunsOptions {
  readonly limit: number
  readonly pipeline?: string
  readonly status?: BatchState
}

/** `varve runs`: what ran, from the ledger. */
export function addRuns(program: Command, host: Host): void {
  const command = program
    .command('runs')
    .argument('[id]', 'a run, or one of its batches')
    .summary('list what ran, or show one run')
    .description('Lists the runs that the ledger holds, the newest first; or shows one with its batches, their counts, checks and findings.')
    .option('--limit <number>', 'at most so many runs, or of one run so many findings a batch', wholeNumber, 20)
    .option('--pipeline <name>', 'those with a batch of this pipeline, or of a part of it such as <name>.people')
    .addOption(new Option('--status <status>', 'those that stand so').choices(['running', 'committed', 'succeeded', 'failed', 'abandoned']))
    .action(async (id: string | undefined, { limit, pipeline, status }: RunsOptions, self: Command) => {
      await using session = await openSession(host, self)
      const { core, printer } = session
      const { runDetailText, runListText } = await import('../output/runs.js')
      const engine = await session.engine()
      if (id === undefined) {
        const runs = await core.listRuns(engine, { limit, pipeline, status })
        printer.result(runs, () => runListText(runs, printer.colors))
        return
      }
      const run = await core.readRun(engine, id, { findings: limit })
      printer.result(run, () => runDetailText(run, printer.colors))
    })
  addExamples(command, [
    ['varve runs', 'the last twenty'],
    ['varve runs --status failed --limit 5', 'the last five that failed'],
    ['varve runs 0195e7c2-5f3a-7c41-9d0e-2b8f6a1c4d7e', 'one, with its findings'],
  ])
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 100_000) throw new InvalidArgumentError('Give a whole number from 1 to 100000.')
  return number
}
