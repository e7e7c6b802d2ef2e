import { randomUUID } from 'node:crypto'
import { Argument, InvalidArgumentError, type Command } from 'commander'
import { CommandFailure } from '../command-failure.js'
import type { Host } from '../host.js'
import { openSession } from '../open-session.js'
import { showProgress } from '../output/progress.js'
import { addExamples } from './examples.js'

interface BackfillOptions {
  readonly tenant?: readonly string[]
  readonly limit?: number
  readonly since?: string
  readonly chunk?: number
  readonly resume?: boolean
  readonly descriptions: number
  readonly wait?: boolean
}

/** `varve backfill`: a table of a tenant from its beginning. */
export function addBackfill(program: Command, host: Host): void {
  const command = program
    .command('backfill')
    .addArgument(new Argument('<pipeline>', 'whose source').choices(['connectwise']))
    .addArgument(new Argument('<table>', 'the canonical table, such as tickets'))
    .summary('read a table of a source from its beginning')
    .description('Reads a table of a source from its beginning, oldest changes first, in chunks of time. Each chunk is a batch of its own and keeps the place, so what is interrupted or killed goes on with --resume. Several tenants are read side by side, each within its own budget of requests. The same rows again change nothing.')
    .option('--tenant <name...>', 'these tenants; all that are configured if nothing is said')
    .option('--limit <rows>', 'stop after so many rows of each tenant; --resume goes on behind them', wholeNumber)
    .option('--since <instant>', 'only what was changed from then on')
    .option('--chunk <days>', 'how much time a chunk holds, such as 7d; 30 days if nothing is said', days)
    .option('--resume', 'go on where the last one stopped')
    .option('--descriptions <calls>', 'ask for the descriptions of so many tickets of each tenant, a call each', wholeNumber, 0)
    .option('--wait', 'wait while another process loads the same table or uses the embedded database')
    .option('--no-wait', 'leave with exit code 4 instead (the default)')
    .action(async (_pipeline: string, table: string, options: BackfillOptions, self: Command) => {
      await using session = await openSession(host, self)
      const { core, log, printer, screen, signal } = session
      const { configuredTable } = await import('../canonical/configured-table.js')
      const { chosenTenants } = await import('../pipeline/connectwise/connectwise-pipeline.js')
      const { instantOf, tenantNames } = await import('../pipeline/connectwise/connectwise-choices.js')
      const { TenantSources } = await import('../pipeline/connectwise/tenant-source.js')
      const { backfillTenant } = await import('../pipeline/connectwise/backfill-tenant.js')
      const { backfillText } = await import('../output/backfill.js')
      const canonical = await configuredTable(session, table)
      const source = { environment: host.environment }
      const sources = new TenantSources(source, { log, signal })
      const targets = chosenTenants(source, options.tenant && tenantNames(options.tenant.join(','))).map((tenant) => ({ source: sources.of(tenant), canonical, descriptions: { left: options.descriptions } })) // what is wrong with their settings is told now
      const { limit, chunk: chunkDays, resume } = options
      const since = options.since === undefined ? undefined : instantOf('--since', options.since)
      if (resume && since !== undefined) throw new core.VarveError('V1006', '--resume goes on with what was chosen before: leave out --since.')
      const wait = options.wait ? 'wait' : 'refuse'
      const engine = await session.engine({ wait })
      const watch = await showProgress(session)
      const startedMs = performance.now()
      const runId = randomUUID() // all chunks of all tenants are one run
      const settled = await Promise.allSettled(targets.map(async (target) => {
        const { tenant } = target.source
        watch?.({ kind: 'step-started', step: tenant })
        try {
          const outcome = await backfillTenant(engine, target, { since, limit, chunkDays, resume }, { log, signal, wait, runId, progress: (rowsRead, total) => watch?.({ kind: 'rows', step: tenant, label: canonical.name, rowsRead, total }) })
          watch?.({ kind: 'step-done', step: tenant, outcome: undefined, durationMs: performance.now() - startedMs })
          return outcome
        } catch (thrown) {
          const error = thrown instanceof core.VarveError ? thrown : new core.VarveError('V3011', `The backfill of ${tenant} failed: ${core.errorMessage(thrown)}`, { cause: thrown })
          watch?.({ kind: 'step-failed', step: tenant, error, durationMs: performance.now() - startedMs })
          throw error
        }
      }))
      screen.stop()
      const outcomes = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      const failures = settled.flatMap((one, at) => (one.status === 'rejected' ? [{ tenant: targets[at]?.source.tenant ?? '', error: one.reason as InstanceType<typeof core.VarveError> }] : [])) // each was made one above
      const json = { runId, table: canonical.name, durationMs: Math.round(performance.now() - startedMs), tenants: outcomes, failed: failures.map(({ tenant, error }) => ({ tenant, code: error.code, message: error.message })) }
      const text = () => backfillText(canonical, outcomes, json, printer.colors)
      const [first] = failures
      if (!first) return printer.summary(json, text)
      if (outcomes.length > 0) printer.people(text)
      const others = failures.slice(1).map(({ tenant, error }) => `${tenant}: ${error.message}`)
      throw new CommandFailure(failures.length === 1 ? first.error : new core.VarveError(first.error.code, [`${failures.length} tenants failed. ${first.tenant}: ${first.error.message}`, ...others].join('\n'), { cause: first.error }), json)
    })
  addExamples(command, [
    ['varve backfill connectwise tickets --tenant sitetechnology --limit 5000', 'the first five thousand'],
    ['varve backfill connectwise tickets --tenant sitetechnology --resume', 'what is left, or what was interrupted'],
    ['varve backfill connectwise tickets --since 2025-01-01 --chunk 7d', 'all tenants, a week at a time'],
  ])
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Give a whole number from 1.')
  return number
}

function days(text: string): number {
  const number = Number(/^(\d+(?:\.\d+)?)d?$/.exec(text.trim())?.[1])
  if (!(number > 0 && number <= 3650)) throw new InvalidArgumentError('Give a number of days, such as 30d.')
  return number
}
