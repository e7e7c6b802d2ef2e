import { Argument, type Command } from 'commander'
import type { Host } from '../host.js'
import { openSession } from '../open-session.js'
import { addExamples } from './examples.js'

interface SchemaOptions {
  readonly tenant: string
  readonly service: string
}

const refused = 2

/** `varve schema`: a canonical table, as it is mapped and as it is. */
export function addSchema(program: Command, host: Host, end: (exitCode: number) => void): void {
  const command = program
    .command('schema')
    .addArgument(new Argument('<canonical>', 'the canonical table, such as tickets'))
    .summary('hold a canonical table against its mapping')
    .description('Shows for each column of a canonical table where the service has it, which type is expected and which type the database has, and what the next load would do to align them. It changes nothing. Exit code 2 when that would lose something, which no load does.')
    .requiredOption('--tenant <name>', 'whose table')
    .option('--service <name>', 'which mapping', 'connectwise')
    .action(async (name: string, { tenant, service }: SchemaOptions, self: Command) => {
      await using session = await openSession(host, self)
      const { configuredTable } = await import('../canonical/configured-table.js')
      const { serviceMapping } = await import('../canonical/canonical-table.js')
      const { canonicalPhysical } = await import('../canonical/canonical-store.js')
      const { tenantSchema } = await import('../canonical/tenant-schema.js')
      const { compareSchema } = await import('../canonical/compare-schema.js')
      const { schemaText } = await import('../output/schema.js')
      const canonical = await configuredTable(session, name)
      serviceMapping(canonical, service) // a wrong name is told before a database is opened
      const engine = await session.engine()
      const comparison = await compareSchema(engine, canonical, service, canonicalPhysical(canonical, tenantSchema(tenant)))
      const exitCode = comparison.refusals.length > 0 ? refused : 0
      session.printer.result({ exitCode, ...comparison }, () => schemaText(comparison, session.printer.colors))
      end(exitCode)
    })
  addExamples(command, [
    ['varve schema tickets --tenant sitetechnology', 'column by column, and the plan'],
    ['varve schema tickets --tenant acme --service export', 'the same table as a file fills it'],
    ['varve schema companies --tenant sitetechnology --json', 'for a program, with the statements'],
  ])
}
