import { sql } from 'drizzle-orm'
import { startConnectwiseSimulator, VirtualClock, type ConnectwiseSimulator, type ConnectwiseSimulatorOptions } from '@varve/connectors'
import { failureOf, runPipeline, silentLogger, type Engine, type PipelineResult, type PipelineRunOptions } from '@varve/core'
import type { CanonicalTable } from '../src/canonical/canonical-table.ts'
import { canonicalDimension } from '../src/canonical/canonical-definition.ts'
import { tickets } from '../src/canonical/tables/tickets.ts'
import { backfillTenant, type BackfillChoices, type BackfillOutcome } from '../src/pipeline/connectwise/backfill-tenant.ts'
import { connectwisePipeline } from '../src/pipeline/connectwise/connectwise-pipeline.ts'
import { TenantSources } from '../src/pipeline/connectwise/tenant-source.ts'
import { Scd2Dimension } from '@varve/scd2'

/** Simulated tenants and a pipeline that reads them, on one clock. */
export interface Tenants extends AsyncDisposable {
  readonly simulator: ConnectwiseSimulator
  readonly environment: Record<string, string>
  /** Lets the tenants live on for so long, from wherever the clock is. */
  live(days: number): void
  /** Lets a few seconds go by in which nothing happens: what happened before is then behind whoever asks for the time. */
  pause(): void
  /** Runs the pipeline; throws what it fails with. */
  run(engine: Engine, chosen?: Readonly<Record<string, string | boolean>>, options?: PipelineRunOptions): Promise<PipelineResult>
  backfill(engine: Engine, tenant: string, choices?: BackfillChoices, table?: CanonicalTable, descriptionCalls?: number): Promise<BackfillOutcome>
}

export async function startTenants(options: Partial<ConnectwiseSimulatorOptions> = {}): Promise<Tenants> {
  const clock = new VirtualClock('2025-03-10T00:00:00Z')
  const simulator = await startConnectwiseSimulator({ seed: 'varve', tickets: 60, clock, ...options })
  return tenantsOf(simulator, clock)
}

/** The same tenants, read into other tables. */
export function reopened({ simulator }: Tenants, tables: readonly CanonicalTable[]): Tenants {
  return { ...tenantsOf(simulator, simulator.clock as VirtualClock, tables), [Symbol.asyncDispose]: () => Promise.resolve() } // it was started with one
}

function tenantsOf(simulator: ConnectwiseSimulator, clock: VirtualClock, tables?: readonly CanonicalTable[]): Tenants {
  const environment = { ...simulator.environment }
  return {
    simulator,
    environment,
    live: (days) => simulator.advanceTo(new Date(clock.now() + days * 86_400_000).toISOString()),
    pause: () => clock.advanceTo(clock.now() + 3000),
    run: async (engine, chosen = {}, runOptions = {}) => {
      const result = await runPipeline(connectwisePipeline({ environment, clock, tables }).withOptions(chosen), engine, runOptions)
      const failure = failureOf(result)
      if (failure) throw failure
      return result
    },
    backfill: (engine, tenant, choices = {}, canonical = tickets, descriptionCalls = 0) => {
      const sources = new TenantSources({ environment, clock }, { log: silentLogger, signal: new AbortController().signal })
      return backfillTenant(engine, { source: sources.of(tenant), canonical, descriptions: { left: descriptionCalls } }, choices)
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  }
}

/** A ticket of which nothing is compared that changes by being touched. */
export type ShownTicket = Readonly<Record<string, unknown>>

interface Named {
  readonly id?: number
  readonly name?: string
}

/** The tickets as a warehouse must have them: written out by hand, so that the mapping is held to something. */
export function trueTickets(simulator: ConnectwiseSimulator, tenant: string): ShownTicket[] {
  return simulator.truth(tenant).map((ticket) => {
    const value = (name: string): unknown => ticket[name] ?? null
    const named = (name: string) => value(name) as Named | null
    const idOf = (name: string) => (named(name)?.id === undefined ? null : String(named(name)?.id))
    const nameOf = (name: string) => named(name)?.name ?? null
    const info = value('_info') as { readonly dateEntered?: string; readonly enteredBy?: string } | null
    return {
      id: String(ticket.id), ticket_number: String(ticket.id), summary: value('summary'), description: null, status: nameOf('status'), priority: nameOf('priority'), severity: value('severity'), impact: value('impact'), urgency: null,
      company_id: idOf('company'), company_name: nameOf('company'), contact_id: idOf('contact'), contact_name: nameOf('contact'), board_id: idOf('board'), board_name: nameOf('board'),
      type_id: idOf('type'), type_name: nameOf('type'), subtype_id: idOf('subType'), subtype_name: nameOf('subType'), item_id: idOf('item'), item_name: nameOf('item'),
      team_id: idOf('team'), team_name: nameOf('team'), owner_id: idOf('owner'), owner_name: nameOf('owner'), created_by: info?.enteredBy ?? null, created_date: info?.dateEntered ?? null,
      required_date: value('requiredDate'), budget_hours: value('budgetHours'), actual_hours: value('actualHours'), approved: value('approved'), closed_date: value('closedDate'), closed_by: value('closedBy'),
    }
  })
}

/** The current tickets of a tenant in the warehouse, in the form of {@link trueTickets}. */
export async function storedTickets(engine: Engine, tenant: string): Promise<ShownTicket[]> {
  const current = await new Scd2Dimension(engine, canonicalDimension(tickets, tenant)).current()
  const shown = current.map((row) => Object.fromEntries(Object.keys(tickets.fields).filter((field) => !field.startsWith('last_updated')).map((field) => [field, (row as Readonly<Record<string, unknown>>)[field]])))
  return shown.toSorted((one, other) => Number(one['id']) - Number(other['id']))
}

/** Where each version lies and which transaction wrote it: any write at all shows. */
export async function traces(engine: Engine, tenant: string): Promise<unknown[]> {
  const name = sql.identifier(tenant)
  const { rows } = await engine.query(sql`select 'version' as kind, ctid::text as place, xmin::text as writer, id from ${name}.tickets union all select 'memory', ctid::text, xmin::text, id from varve.${sql.identifier(`memory_${tenant}_tickets`)} order by 1, 2`)
  return rows
}
