import { Argument, type Command } from 'commander'
import { builtInMigrations } from '../built-in-migrations.js'
import type { Host } from '../host.js'
import { migrationText } from '../output/migration.js'
import { takeOverText } from '../output/take-over.js'
import { openSession } from '../open-session.js'
import type { Session } from '../session.js'
import { addExamples } from './examples.js'

/** `varve migrate`: the ledger and the declared tables, or the SQL of it. */
export function addMigrate(program: Command, host: Host): void {
  const command = program
    .command('migrate')
    .addArgument(new Argument('[pipeline]', 'the tables of this pipeline, which an earlier program may have left').choices(Object.keys(builtInMigrations)))
    .summary('bring the ledger and the declared tables up to date')
    .description('Brings the ledger to what this program knows, and the tables of the configuration to their declarations: new tables and columns, and types that hold more. What would lose something is refused with exit code 2, before anything is written. With a pipeline, the tables are its own: those of an earlier program are taken over, and rows that are there several times go to an archive.')
    .option('--dry-run', 'print the SQL, and run none of it')
    .action(async (pipeline: string | undefined, options: { readonly dryRun?: boolean }, self: Command) => {
      await using session = await openSession(host, self)
      if (pipeline !== undefined) return await takeOver(session, pipeline, options.dryRun ?? false)
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
    ['varve migrate otc --dry-run', 'what would be done to the tables of an earlier program, and to how many rows'],
  ])
}

async function takeOver(session: Session, pipeline: string, dryRun: boolean): Promise<void> {
  const { host, log, printer, signal } = session
  const migration = await builtInMigrations[pipeline]?.(host.environment)
  if (!migration) return // only those can be chosen
  const engine = await session.engine()
  const done = dryRun ? await migration.plan(engine) : await migration.run(engine, { signal, log })
  const database = engine.description
  const text = () => takeOverText(database, pipeline, done, dryRun, printer.colors)
  if (dryRun) printer.result({ database, pipeline, dryRun, ...done }, text)
  else printer.summary({ database, pipeline, dryRun, ...done }, text)
}
