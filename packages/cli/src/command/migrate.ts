import type { Command } from 'commander'
import type { Host } from '../host.js'
import { migrationText } from '../output/migration.js'
import { openSession } from '../open-session.js'
import { addExamples } from './examples.js'

/** `varve migrate`: the ledger and the declared tables, or the SQL of it. */
export function addMigrate(program: Command, host: Host): void {
  const command = program
    .command('migrate')
    .summary('bring the ledger and the declared tables up to date')
    .description('Brings the ledger to what this program knows, and the tables of the configuration to their declarations: new tables and columns, and types that hold more. What would lose something is refused with exit code 2, before anything is written.')
    .option('--dry-run', 'print the SQL, and run none of it')
    .action(async (options: { readonly dryRun?: boolean }, self: Command) => {
      await using session = await openSession(host, self)
      const { config, core, printer } = session
      const engine = await session.engine()
      if (options.dryRun) {
        const plan = await core.planMigration(engine, config.tables)
        printer.result({ database: engine.description, dryRun: true, ...plan }, () => (plan.statements.length > 0 ? plan.statements.join('\n') : `-- nothing to do: ${engine.description} is up to date`))
        return
      }
      const done = await core.migrateWarehouse(engine, config.tables, { signal: session.signal })
      printer.summary({ database: engine.description, dryRun: false, ...done }, () => migrationText(engine.description, done, printer.colors))
    })
  addExamples(command, [
    ['varve migrate --dry-run', 'the SQL that would be run'],
    ['varve migrate', 'runs it'],
  ])
}
