import { sql } from 'drizzle-orm'
import { alignTable, EtlBatch, unique, upsertRows, VarveError, type BatchOutcome, type BatchRunOptions, type Engine, type ExtractContext, type LoadContext, type StagedRows } from '@varve/core'
import { tracktikSettings } from '@varve/connectors'
import { addDays, billingPeriodsBetween } from './calendar/billing-period.js'
import { billingPeriodRows, billingPeriodsTable } from './calendar/billing-periods-table.js'
import { periodCounts } from './calendar/period-counts.js'
import { TracktikDimensions, type StagedDimensions } from './dimension/tracktik-dimensions.js'
import { periodIssues, countPeriods, recordCounts, type PeriodCount } from './quality/period-issues.js'
import { registerTracktikIssues, periodsLeft } from './quality/register-tracktik-issues.js'
import type { Issue } from './quality/issue.js'
import { scopeOf, type Scope } from './scope.js'
import { ShiftFact } from './shift/fact-shifts.js'
import { shiftTable } from './shift/shift-table.js'
import { customerRegions, SourceReading, type TracktikSource } from './source-reading.js'
import type { TracktikChoices } from './tracktik-choices.js'
import { alignObjects, dropStaleObjects, refreshSummary } from './warehouse/align-objects.js'

/** The column of the fact with the version of each dimension. */
const keyColumns = { dim_employees: 'employeeKey', dim_positions: 'positionKey', dim_sites: 'siteKey', dim_clients: 'clientKey' } as const

interface Staged {
  readonly scope: Scope
  readonly now: string
  readonly seenAt: string
  readonly periods: StagedRows
  readonly dimensions: StagedDimensions
  /** Shifts of whole periods or of days. */
  readonly read: { readonly rows: StagedRows; readonly isWhole: boolean }
  /** Shifts that were changed, read after the others. */
  readonly changed: StagedRows | undefined
  readonly counts: readonly PeriodCount[]
  readonly issues: readonly Issue[]
  /** The periods of all shifts that were read. */
  readonly touched: ReadonlySet<string>
}

/** One run of the pipeline: the source is read, and what it says committed as a whole. */
export class TracktikBatch extends EtlBatch<Staged> {
  readonly pipeline = 'tracktik'
  override readonly type: string
  override readonly metadata: Readonly<Record<string, unknown>>
  override readonly checks = [unique(shiftTable, ['shiftId'], { name: 'a shift lies in one period' })]

  #isDry = false

  constructor(
    private readonly choices: TracktikChoices,
    private readonly source: TracktikSource,
  ) {
    super()
    const { period, from, to, full, customerRegion } = choices
    const portal = portalOf(source)
    this.type = customerRegion !== undefined ? `${customerRegion.toLowerCase()}_billing_period`.slice(0, 50) : period !== undefined ? 'billing_period' : full ? 'full' : from !== undefined || to !== undefined ? 'days' : 'incremental'
    this.metadata = { ...(portal && { portal }), ...(period && { period }), ...(from && { from }), ...(to && { to }), ...(full && { full }), ...(customerRegion && { customerRegion }) }
  }

  /** @throws VarveError V1002 that names every variable that is missing, before anything is done. */
  override run(engine: Engine, options?: BatchRunOptions): Promise<BatchOutcome> {
    tracktikSettings(this.source.environment)
    if (!engine.capabilities.partitions) throw new VarveError('V1008', `The pipeline "tracktik" keeps its shifts in partitions, which ${engine.description} does not have. Use a Postgres or the embedded database.`)
    this.#isDry = options?.dryRun ?? false
    return super.run(engine, options)
  }

  protected override async extract(context: ExtractContext): Promise<Staged> {
    const { engine, log, signal } = context
    const { choices } = this
    const reading = new SourceReading(this.source, { log, signal })
    const now = await reading.client.serverTime()
    const organisation = await reading.organisation(now)
    const regions = choices.customerRegion === undefined ? undefined : customerRegions(organisation, choices.customerRegion)
    const scope = scopeOf(choices, now, await context.watermark(this.#watermarkName))
    log.info({ scope: scope.what, periods: scope.whole.map(({ periodId }) => periodId), modifiedSince: scope.modifiedSince }, 'scope of the run')

    const fact = new ShiftFact(engine)
    if (!this.#isDry) await engine.transaction(dropStaleObjects)
    await fact.prepare()
    const wholeIds = new Set(scope.whole.map(({ periodId }) => periodId))
    const wanted = [...wholeIds, ...(scope.days ? billingPeriodsBetween(scope.days.from, scope.days.to).map(({ periodId }) => periodId) : [])]
    await fact.ensurePartitions(wanted, { signal })
    const stored = new Set((await fact.partitions()).flatMap(({ bound }) => (bound.kind === 'list' ? bound.values : [])))

    const touched = new Set<string>(wanted)
    const days = scope.days ?? { from: scope.whole[0]?.startDate ?? '', to: scope.whole.at(-1)?.endDate ?? '' }
    const rows = await fact.stage(context, reading.shiftsOf(organisation, days, regions, ({ billingPeriodId, shiftDate }) => (scope.days ? scope.days.from <= shiftDate && shiftDate <= scope.days.to : wholeIds.has(billingPeriodId))), { label: 'shifts' })
    const isWhole = regions === undefined && scope.whole.length > 0 && rows.rejected === 0 && reading.invalidIds('shifts').length === 0
    const changed = scope.modifiedSince === undefined ? undefined : await fact.stage(context, reading.changedShifts(organisation, scope.modifiedSince, regions, ({ billingPeriodId }) => {
      const isKnown = stored.has(billingPeriodId)
      if (isKnown) touched.add(billingPeriodId)
      return isKnown
    }), { label: 'changed shifts' })

    const employees = await reading.employees(regions)
    const dimensions = new TracktikDimensions(engine)
    const { staged, at } = await dimensions.stage(context, { organisation, employees, invalidIds: (...resources) => reading.invalidIds(...resources), areAllEmployees: regions === undefined }, await reading.client.serverTime())
    // Deletions in periods that are over are found by counting: in the last two, and wherever something was changed.
    const counted = regions === undefined && scope.days === undefined ? [...new Set([...touched, ...billingPeriodsBetween(addDays(days.from, -28), days.to).map(({ periodId }) => periodId)])].filter((id) => stored.has(id)) : []
    return {
      scope,
      now,
      seenAt: at,
      periods: await context.stage(billingPeriodsTable, billingPeriodRows(), { label: 'billing periods' }),
      dimensions: staged,
      read: { rows, isWhole },
      changed,
      counts: await countPeriods(reading.client, counted),
      issues: reading.issues,
      touched,
    }
  }

  protected override async load(context: LoadContext, staged: Staged): Promise<void> {
    const { engine, transaction } = context
    const { scope, now, seenAt, read, changed, touched } = staged
    for (const { spec } of [billingPeriodsTable, periodCounts]) await alignTable(transaction, spec)
    await context.step('billing periods', 'tracktik.billing_periods', async () => ({ read: staged.periods.read, ...(await upsertRows(engine, transaction, billingPeriodsTable, staged.periods, ['periodId'])) }))
    const dimensions = new TracktikDimensions(engine)
    const recut = await dimensions.merge(context, staged.dimensions)

    const fact = new ShiftFact(engine)
    // First what is stored already: what comes now is looked up as it comes.
    const { rows: some } = await transaction.query(sql`select 1 from tracktik.fact_shifts ${engine.phrases.firstRows(1)}`)
    for (const [dimension, column] of some.length > 0 ? Object.entries(keyColumns) : []) if (recut.has(dimension)) await fact.repoint(context, column, { batchId: context.batchId })
    const periods = new Set([...touched, ...(await periodsLeft(transaction, [read.rows, ...(changed ? [changed] : [])]))])
    const [first, ...rest] = scope.whole.map(({ periodId }) => periodId)
    if (read.isWhole && first !== undefined) await fact.replacePartition(context, read.rows, { periods: [first, ...rest] })
    else await fact.load(context, read.rows)
    if (changed) await fact.load(context, changed)

    await alignObjects(transaction)
    await recordCounts(context, staged.counts)
    await registerTracktikIssues(context, { found: [...staged.issues, ...(await periodIssues(context, fact, staged.counts, now))], periods: [...periods], counted: staged.counts.map(({ periodId }) => periodId) })
    if (scope.movesWatermark) await context.setWatermark(this.#watermarkName, now)
    for (const name of dimensions.names) await context.setWatermark(name, seenAt)
    await refreshSummary(transaction)
  }

  /** The batch of one customer has its own way through the changes, and leaves the general one alone. */
  get #watermarkName(): string {
    const { customerRegion } = this.choices
    return customerRegion === undefined ? 'fact_shifts' : `fact_shifts ${customerRegion}`
  }
}

/** Which portal it is, for the ledger. */
function portalOf({ environment }: TracktikSource): string | undefined {
  const url = environment['TRACKTIK_URL']?.trim() ?? ''
  return URL.canParse(url) ? new URL(url).host : undefined
}
