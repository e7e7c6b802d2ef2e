import { EtlBatch, VarveError, type BatchOutcome, type BatchRunOptions, type Engine, type ExtractContext, type LoadContext, type RowSource, type StagedRows } from '@varve/core'
import type { StagedLoad } from '@varve/scd2'
import { alignObjects } from '../../warehouse-object/align-objects.js'
import { registerIssues, type LastingIssue } from '../../issue/issue-register.js'
import { TicketDimension } from './history/dim-ticket.js'
import { ticketStates } from './history/ticket-states.js'
import type { ViewName } from './otc-view.js'
import { alignUserLookup } from './people/align-user-lookup.js'
import { endQuarantine } from './quality/end-quarantine.js'
import { measureOrphans } from './quality/measure-orphans.js'
import { missingFields } from './quality/missing-fields.js'
import { currentTables } from './table/current-tables.js'
import { ViewRows } from './view-rows.js'
import { alignTables } from './warehouse/align-tables.js'
import { otcObjects } from './warehouse/otc-objects.js'

/** The pipeline's name, which all of its batches share: they take turns. */
export const otcName = 'otc'

/** Rows of one view, and where they come from. */
export interface ViewDelivery {
  readonly view: ViewName
  /** What kind of batch it is, for the ledger. */
  readonly type: string
  readonly rows: (context: ExtractContext) => RowSource<object>
  /** The zone of times that have no offset. */
  readonly zone: string
  /** Only what is as young as that. */
  readonly since?: string | undefined
  /** Kept with the batch in the ledger. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

interface Staged {
  readonly rows: StagedRows
  /** Whether the view had not one row. */
  readonly isEmpty: boolean
  readonly unknown: readonly string[]
  readonly history: { readonly dimension: TicketDimension; readonly load: StagedLoad } | undefined
}

/** One view as a batch of its own: all of it commits together, and with it what follows from it of people and orphans. */
export class ViewBatch extends EtlBatch<Staged> {
  readonly pipeline = otcName
  override readonly type: string
  override readonly metadata: Readonly<Record<string, unknown>>

  constructor(private readonly delivery: ViewDelivery) {
    super()
    const { view, type, since, metadata } = delivery
    this.type = type
    this.metadata = { view, ...(since && { since }), ...metadata }
  }

  /** @throws VarveError V1008 on an engine that knows no views of its own. */
  override run(engine: Engine, options?: BatchRunOptions): Promise<BatchOutcome> {
    if (!engine.capabilities.partitions) throw new VarveError('V1008', `The pipeline "otc" makes views and functions that ${engine.description} does not have. Use a Postgres or the embedded database.`)
    return super.run(engine, options)
  }

  protected override async extract(context: ExtractContext): Promise<Staged> {
    const { view, zone, since } = this.delivery
    const watched = new ViewRows(view, zone, since)
    const table = new currentTables[view](context.engine)
    const staged = await table.stage(context, watched.of(this.delivery.rows(context)), { mapping: watched.mapping, label: `servicedesk.${view}` })
    watched.refuseOthers()
    if (watched.left > 0) context.log.info({ view, left: watched.left, since }, 'rows that are older than was asked for were left out')
    const rows = { ...staged, missing: watched.missing }
    const dimension = new TicketDimension(context.engine)
    const history = view === 'tickets' ? { dimension, load: await dimension.stage(context, ticketStates(context.engine, rows)) } : undefined
    return { rows, isEmpty: watched.isEmpty, unknown: watched.unknown, history }
  }

  protected override async load(context: LoadContext, { rows, isEmpty, unknown, history }: Staged): Promise<void> {
    const { engine, transaction } = context
    const { view, zone, since } = this.delivery
    await alignTables(transaction)
    await new currentTables[view](engine).load(context, rows)
    if (history) await history.dimension.merge(context, history.load)
    await alignObjects(transaction, otcObjects(zone))
    await alignUserLookup(context)
    await measureOrphans(context)
    // What an export has or lacks says nothing of the view.
    const isView = this.type === view
    // Nor does a view without a row say that anything is over.
    if (isView && since === undefined && !isEmpty) await endQuarantine(context, view)
    const place = `servicedesk.${view}`
    const issues = unknown.map((field) => unknownField(view, field))
    if (!isView) {
      for (const { type, severity, table, message, recordId } of issues) context.find({ check: type, severity, table, message, raw: JSON.stringify({ record_id: recordId }) })
      return
    }
    await registerIssues(context, isEmpty ? [emptyView(view)] : [], { in: place, types: ['EMPTY_VIEW'] })
    if (!isEmpty) await registerIssues(context, [...issues, ...(await missingFields(transaction, view, rows.missing))], { in: place, types: ['UNKNOWN_FIELD', 'MISSING_FIELD'] })
  }
}

function emptyView(view: ViewName): LastingIssue & { readonly type: 'EMPTY_VIEW' } {
  return { type: 'EMPTY_VIEW', severity: 'warn', table: `servicedesk.${view}`, recordId: view, message: `The view had not one row of ${view}. What is stored was left as it is; look whether the view still shows them to this account.`, data: {} }
}

function unknownField(view: ViewName, field: string): LastingIssue & { readonly type: 'UNKNOWN_FIELD' } {
  return { type: 'UNKNOWN_FIELD', severity: 'info', table: `servicedesk.${view}`, recordId: field, message: `There is a field "${field}", which no column is for: it is not loaded.`, data: { field } }
}
