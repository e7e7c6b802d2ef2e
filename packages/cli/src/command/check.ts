import type { Command } from 'commander'
import type { CheckResult } from '@varve/core'
import type { Host } from '../host.js'
import { checksText } from '../output/checks.js'
import { declaredChecks } from '../declared-checks.js'
import { openSession } from '../open-session.js'
import { addExamples } from './examples.js'

/** `varve check`: the declared checks, on what the warehouse holds now. */
export function addCheck(program: Command, host: Host, end: (exitCode: number) => void): void {
  const command = program
    .command('check')
    .summary('run the declared checks on what the warehouse holds now')
    .description('Runs the checks of the configuration and those of the batches of its pipelines, on what the warehouse holds now, and writes nothing. Exit code 2 when a check of severity error fails.')
    .option('--pipeline <name>', 'the checks of this pipeline only', 'all')
    .action(async (options: { readonly pipeline: string }, self: Command) => {
      await using session = await openSession(host, self)
      const { core, printer } = session
      const groups = await declaredChecks(session, options.pipeline)
      const engine = groups.length > 0 ? await session.engine() : undefined
      const results: (CheckResult & { readonly source: string })[] = []
      for (const { source, checks } of groups) {
        const found = engine ? await core.checkAll(engine, checks, { signal: session.signal }) : []
        results.push(...found.map((result) => ({ source, ...result })))
      }
      const failure = core.failureOfChecks(results)
      printer.result({ exitCode: failure?.exitCode ?? 0, checks: results }, () => checksText(results, printer.colors))
      end(failure?.exitCode ?? 0)
    })
  addExamples(command, [
    ['varve check', 'all of them'],
    ['varve check --pipeline crm', 'those of one pipeline'],
  ])
}
