import { connectwiseTenants } from '@varve/connectors'
import { pipeline, step, VarveError, type Pipeline, type PipelineStep } from '@varve/core'
import type { CanonicalTable } from '../../canonical/canonical-table.js'
import { canonicalTables } from '../../canonical/canonical-tables.js'
import { connectwiseChoices, connectwiseOptions, type ConnectwiseChoices } from './connectwise-choices.js'
import { IncrementalBatch } from './incremental-batch.js'
import { ReconcileBatch } from './reconcile-batch.js'
import { TenantSources, type ConnectwiseSource } from './tenant-source.js'
import { service, type WindowTarget } from './window-batch.js'

/** Where the tenants are, and which tables are filled from them. */
export interface ConnectwisePipelineOptions extends ConnectwiseSource {
  /** @defaultValue tickets, companies, contacts and time entries */
  readonly tables?: readonly CanonicalTable[] | undefined
}

/** The pipeline, and the tables that it fills: the other commands of tenants go by them. */
export type ConnectwisePipeline = Pipeline & Required<Pick<Pipeline, 'withOptions'>> & { readonly canonical: readonly CanonicalTable[] }

/**
 * The pipeline `connectwise`: what was changed in each tenant since the last run, into the canonical tables of the tenant's schema.
 *
 * @example
 * ```ts
 * const result = await runPipeline(connectwisePipeline({ environment: process.env }).withOptions({ tenant: 'sitetechnology' }), engine)
 * ```
 */
export function connectwisePipeline(options: ConnectwisePipelineOptions): ConnectwisePipeline {
  const canonical = (options.tables ?? canonicalTables).filter(({ services }) => Object.hasOwn(services, service))
  return {
    // A run for each tenant is a common plan: every table of a tenant has a lock of its own.
    ...pipeline(service, { severalRuns: true, options: connectwiseOptions, steps: (chosen) => stepsOf(options, connectwiseChoices(chosen, canonical)) }),
    canonical,
  }
}

function stepsOf(source: ConnectwiseSource, { tenants = configuredTenants(source), tables, since, descriptionCalls, reconcile, allowMassClose }: ConnectwiseChoices): PipelineStep[] {
  // Whoever only asks for the steps needs no settings; whoever runs them is told all that is missing.
  if (tenants.length === 0) return [step('tenants', () => void connectwiseTenants(source.environment))]
  const ofRun = sourcesOfRun(source)
  return tenants.flatMap((tenant) =>
    tables.flatMap((canonical) => {
      const target = (run: Parameters<typeof ofRun>[0]): WindowTarget => ({ source: ofRun(run).of(tenant), canonical, descriptions: { left: descriptionCalls } })
      const name = `${tenant} ${canonical.name}`
      const read = step(name, (context) => new IncrementalBatch(target(context), { since }).run(context.engine, context), { heedsDryRun: true })
      if (!reconcile || canonical.history !== 'type_2') return [read]
      return [read, step(`${name} reconcile`, (context) => new ReconcileBatch(target(context), { allowMassClose }).run(context.engine, context), { after: [name], heedsDryRun: true })]
    }),
  )
}

/** The clients of a run; its signal tells one run from another. */
function sourcesOfRun(source: ConnectwiseSource): (run: ConstructorParameters<typeof TenantSources>[1]) => TenantSources {
  const known = new WeakMap<AbortSignal, TenantSources>()
  return ({ log, signal }) => {
    const sources = known.get(signal) ?? new TenantSources(source, { log, signal })
    known.set(signal, sources)
    return sources
  }
}

function configuredTenants({ environment }: ConnectwiseSource): readonly string[] {
  return (environment['CONNECTWISE_TENANTS'] ?? '').split(',').map((name) => name.trim()).filter(Boolean)
}

/**
 * The tenants that were named, or all that are configured.
 *
 * @throws VarveError V1006 when none was named and none is configured.
 */
export function chosenTenants(source: ConnectwiseSource, named: readonly string[] | undefined): readonly string[] {
  const tenants = named ?? configuredTenants(source)
  if (tenants.length === 0) throw new VarveError('V1006', 'No tenant was named, and CONNECTWISE_TENANTS names none. Name one with --tenant, or set the variable.')
  return tenants
}
