import { Argument, type Command } from 'commander'
import { existingDimension } from '../dimension/existing-dimension.js'
import { findDefinition } from '../dimension/find-definition.js'
import type { Host } from '../host.js'
import { openSession } from '../open-session.js'
import { addExamples } from './examples.js'

const unsound = 2

/** `varve verify`: whether a stored history is one. */
export function addVerify(program: Command, host: Host, end: (exitCode: number) => void): void {
  const command = program
    .command('verify')
    .addArgument(new Argument('<definition>', 'the dimension: a JSON file, or a TypeScript or JavaScript module'))
    .summary('check that the stored history of a dimension is sound')
    .description('Checks that versions do not overlap, that one of a member is current at most, that flags agree with intervals, that no two touching versions are equal, and that the ledger knows their batches. It changes nothing. Exit code 2 when something is wrong.')
    .action(async (file: string, _options: object, self: Command) => {
      await using session = await openSession(host, self)
      const { printer } = session
      const definition = await findDefinition(session, file)
      const engine = await existingDimension(session, definition, file)
      const { verifyDimension } = await import('@varve/scd2')
      const { verificationText } = await import('../output/verification.js')
      const verification = await verifyDimension(engine, definition)
      const exitCode = verification.isSound ? 0 : unsound
      printer.result({ exitCode, ...verification }, () => verificationText(session.core.tableLabel(definition.table), verification, printer.colors))
      end(exitCode)
    })
  addExamples(command, [
    ['varve verify customers.json', 'who offends, if anyone'],
    ['varve verify customers.json --json', 'the same for a program'],
  ])
}
