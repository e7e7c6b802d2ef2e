import type { Command } from 'commander'
import type { Host } from '../host.js'
import { openSession } from '../open-session.js'
import { addExamples } from './examples.js'

interface RevertCommandOptions {
  readonly cascade?: boolean
  readonly wait?: boolean
  readonly dryRun?: boolean
}

/** `varve revert`: takes a batch back. */
export function addRevert(program: Command, host: Host): void {
  const command = program
    .command('revert')
    .argument('<batch>', 'the id of a batch, as load and runs print it')
    .summary('take a batch back')
    .description('Takes a batch back: the dimensions that it loaded are then as if it had never been, and its watermarks go back. Refused where a later batch built on it.')
    .option('--cascade', 'take later batches that built on it back too')
    .option('--wait', 'wait while a load of the same pipeline runs, or another process uses the embedded database')
    .option('--no-wait', 'leave with exit code 4 instead (the default)')
    .option('--dry-run', 'tell exactly what would be done, and do nothing')
    .action(async (batch: string, { cascade, wait, dryRun }: RevertCommandOptions, self: Command) => {
      await using session = await openSession(host, self)
      const { log, printer, signal } = session
      const { revertLoads } = await import('@varve/scd2')
      const { revertText } = await import('../output/revert.js')
      const waiting = wait ? 'wait' : 'refuse'
      const outcome = await revertLoads(await session.engine({ wait: waiting }), batch, { cascade, dryRun, wait: waiting, signal, log })
      const text = () => revertText(outcome, printer.colors)
      if (dryRun) printer.result(outcome, text)
      else printer.summary(outcome, text)
    })
  addExamples(command, [
    ['varve revert 0195e7c2-5f3a-7c41-9d0e-2b8f6a1c4d7e --dry-run', 'what it would do'],
    ['varve revert 0195e7c2-5f3a-7c41-9d0e-2b8f6a1c4d7e', 'do it'],
    ['varve revert 0195e7c2-5f3a-7c41-9d0e-2b8f6a1c4d7e --cascade', 'and what built on it'],
  ])
}
