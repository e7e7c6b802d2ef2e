import type { Command } from 'commander'
import { CommandFailure } from '../command-failure.js'
import type { Host } from '../host.js'
import { showProgress } from '../output/progress.js'
import { runJson } from '../output/run-json.js'
import { openSession } from '../open-session.js'
import { addExamples } from './examples.js'

// Never the warehouse that the environment or the configuration names: only one that was named for this command.
const demoUrl = 'pglite://.varve/demo'
const findingsRead = 10_000

/** `varve demo`: a small load from invented rows to a readable summary. */
export function addDemo(program: Command, host: Host): void {
  const command = program
    .command('demo')
    .summary('load a small invented warehouse, and show what happened')
    .description('Loads invented tickets of a help desk, some of them broken on purpose, and shows what became of them: counts, quarantine, checks, and the ledger. The database is an embedded one in .varve/demo, unless --db names another. Run it again: nothing will change.')
    .action(async (_options: object, self: Command) => {
      await using session = await openSession(host, self)
      const { core, globals, log, printer, screen, signal } = session
      const { demoPipeline } = await import('../pipeline/demo/demo-pipeline.js')
      const { demoText, quarantineGroups } = await import('../output/demo.js')
      const url = globals.db ?? demoUrl
      const engine = await session.engine({ url })
      const result = await core.runPipeline(demoPipeline(), engine, { wait: 'refuse', signal, log, progress: await showProgress(session) })
      screen.stop()
      const failure = core.failureOf(result)
      if (failure) throw new CommandFailure(failure, runJson(result))
      const run = await core.readRun(engine, result.runId, { findings: findingsRead })
      const ledger = await core.listRuns(engine, { pipeline: 'demo', limit: 5 })
      const quarantine = quarantineGroups(run)
      printer.summary({ database: engine.description, run: runJson(result), quarantine, checks: run.batches.flatMap((batch) => batch.checks), ledger }, () => demoText({ database: engine.description, url: globals.db === undefined ? demoUrl : '<url>', result, run, quarantine, ledger }, printer.colors))
    })
  addExamples(command, [
    ['varve demo', 'on an embedded database in .varve/demo'],
    ['varve demo --db pglite://memory', 'leaves nothing behind'],
    ['varve demo --db postgres://ada@localhost/scratch', 'on a server; it makes schema "helpdesk"'],
  ])
}
