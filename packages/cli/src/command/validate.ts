import { Argument, InvalidArgumentError, type Command } from 'commander'
import type { Host } from '../host.js'
import { openSession } from '../open-session.js'
import { addExamples } from './examples.js'

interface ValidateOptions {
  readonly tenant: string
  readonly sample: number
}

const failed = 2

/** `varve validate`: what a mapping finds in rows of the source. */
export function addValidate(program: Command, host: Host, end: (exitCode: number) => void): void {
  const command = program
    .command('validate')
    .addArgument(new Argument('<canonical>', 'the canonical table, such as tickets'))
    .summary('try a mapping on rows of the source')
    .description('Reads the rows of a tenant that were changed last, whole, and tells for each field of the canonical table in how many of them it was found, absent, null, or could not be read. A null that the source leaves out is absent, not found. Nothing is written, and no database is opened. Exit code 2 when anything could not be read.')
    .requiredOption('--tenant <name>', 'whose rows')
    .option('--sample <rows>', 'how many rows', rowCount, 10)
    .action(async (name: string, { tenant, sample }: ValidateOptions, self: Command) => {
      await using session = await openSession(host, self)
      const { printer, log, signal } = session
      const { configuredTable } = await import('../canonical/configured-table.js')
      const { sampleTenant } = await import('../pipeline/connectwise/sample-tenant.js')
      const { validationText } = await import('../output/validation.js')
      const canonical = await configuredTable(session, name)
      const validation = await sampleTenant({ environment: host.environment }, tenant, canonical, sample, { log, signal })
      const exitCode = validation.totals.failed > 0 ? failed : 0
      printer.result({ exitCode, canonical: canonical.name, tenant, ...validation }, () => validationText(`${canonical.name} of ${tenant}`, validation, printer.colors))
      end(exitCode)
    })
  addExamples(command, [
    ['varve validate tickets --tenant sitetechnology --sample 10', 'which fields ten tickets fill'],
    ['varve validate companies --tenant sitetechnology --sample 200 --json', 'the same for a program'],
  ])
}

function rowCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > 1000) throw new InvalidArgumentError('Give a whole number from 1 to 1000.')
  return count
}
