import { acceptedValues, alignTable, EtlBatch, notNull, pipeline, range, rowCountChange, step, unique, upsertRows, type ExtractContext, type LoadContext, type Pipeline, type StagedRows } from '@varve/core'
import { demoTickets as sourceTickets } from './demo-source.js'
import { demoMapping, demoTickets } from './demo-table.js'

/** Loads the invented tickets: mapping, staging with quarantine, one transaction, the quality gate. */
class DemoBatch extends EtlBatch<StagedRows> {
  readonly pipeline = 'demo'
  override readonly checks = [
    unique(demoTickets, ['ticketId']),
    notNull(demoTickets, 'openedAt'),
    acceptedValues(demoTickets, 'status', ['new', 'in_progress', 'waiting', 'closed']),
    range(demoTickets, 'hours', { min: '0', max: '24' }, { severity: 'warn' }),
    rowCountChange(demoTickets, { atMost: { down: 0.1 } }),
  ]

  constructor(private readonly tickets: number) {
    super()
  }

  protected override extract(context: ExtractContext): Promise<StagedRows> {
    return context.stage(demoTickets, sourceTickets(this.tickets), { mapping: demoMapping, total: this.tickets })
  }

  protected override async load(context: LoadContext, staged: StagedRows): Promise<void> {
    await alignTable(context.transaction, demoTickets.spec)
    await context.step('tickets', 'helpdesk.tickets', async () => ({
      read: staged.read,
      rejected: staged.rejected,
      ...(await upsertRows(context.engine, context.transaction, demoTickets, staged, ['ticketId'])),
    }))
  }
}

/** The pipeline of the demo. */
export function demoPipeline(tickets = 20_000): Pipeline {
  return pipeline('demo', { steps: [step('tickets', new DemoBatch(tickets))] })
}
