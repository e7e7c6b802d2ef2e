import type { Command } from 'commander'
import type { PipelineResult } from '@varve/core'
import { CommandFailure } from '../command-failure.js'
import type { Host } from '../host.js'
import { showProgress } from '../output/progress.js'
import { runJson } from '../output/run-json.js'
import { openSession } from '../open-session.js'
import { addExamples } from './examples.js'

// Never the warehouse that the environment or the configuration names: only one that was named for this command.
const demoUrl = 'pglite://.varve/demo'
const shownRuns = 5

/** `varve demo`: the pipeline tracktik on a simulated portal, twice, and what it made. */
export function addDemo(program: Command, host: Host): void {
  const command = program
    .command('demo')
    .summary('load shifts and tickets from simulated sources, and show what happened')
    .description('Starts a simulated TrackTik portal and runs the pipeline tracktik on it twice, two weeks apart; then shows counts, the timeline of an employee, billed hours and money, findings, and the ledger. In short form it does the same with the tickets of two simulated tenants of ConnectWise, and with a simulated service desk of OTC. The database is an embedded one in .varve/demo, unless --db names another. Run it again: two more weeks go by.')
    .action(async (_options: object, self: Command) => {
      await using session = await openSession(host, self)
      const { core, globals, log, printer, screen, signal } = session
      const { startDemoPortal } = await import('../demo/demo-portal.js')
      const { readDemoWarehouse } = await import('../demo/demo-warehouse.js')
      const { tracktikPipeline } = await import('../pipeline/tracktik/tracktik-pipeline.js')
      const { runDemoTenants } = await import('../demo/demo-tenants.js')
      const { runDemoDesk } = await import('../demo/demo-desk.js')
      const { demoText } = await import('../output/demo.js')
      const engine = await session.engine({ url: globals.db ?? demoUrl })
      await using portal = await startDemoPortal(engine)
      const pipeline = tracktikPipeline({ environment: portal.environment, clock: portal.clock })
      const runs: { readonly at: string; readonly result: PipelineResult }[] = []
      for (const isLast of [false, true]) {
        const at = portal.now()
        const result = await core.runPipeline(pipeline, engine, { wait: 'refuse', signal, log, progress: await showProgress(session) })
        screen.stop()
        const failure = core.failureOf(result)
        if (failure) throw new CommandFailure(failure, runJson(result))
        runs.push({ at, result })
        if (!isLast) portal.liveOn()
      }
      const tenants = await runDemoTenants(engine, { signal, log })
      const desk = await runDemoDesk(engine, { signal, log })
      const warehouse = await readDemoWarehouse(engine)
      const ledger = await core.listRuns(engine, { pipeline: 'tracktik', limit: shownRuns })
      const database = engine.description
      const runsJson = (shown: typeof runs) => shown.map(({ at, result }) => ({ at, ...runJson(result) }))
      printer.summary({ database, runs: runsJson(runs), ...warehouse, tenants: { ...tenants, runs: runsJson([...tenants.runs]) }, desk: { ...desk, runs: runsJson([...desk.runs]) }, ledger }, () => demoText({ database, url: globals.db === undefined ? demoUrl : '<url>', runs, warehouse, tenants, desk, ledger }, printer.colors))
    })
  addExamples(command, [
    ['varve demo', 'on an embedded database in .varve/demo'],
    ['varve demo --db pglite://memory', 'leaves nothing behind'],
    ['varve demo --db postgres://ada@localhost/scratch', 'on a server; it makes the schemas tracktik, demo_sitetechnology, demo_northpier and servicedesk'],
  ])
}
