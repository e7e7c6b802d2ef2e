import { alignTable, EtlBatch, notNull, t, table, unique, upsertRows, type ExtractContext, type LoadContext, type StagedRows } from '../../src/index.ts'

export const people = table('crm.people', { id: t.integer().notNull(), name: t.text().notNull(), balance: t.decimal(8, 2) }, { primaryKey: ['id'] })

/** What the source holds at its first and its second state: rows of the first stay, change, or are joined by new ones. */
export function sourceRows(state: 1 | 2): { id: number; name: string; balance: string }[] {
  return Array.from({ length: state === 1 ? 2000 : 3000 }, (_, at) => ({ id: at + 1, name: `Person ${at + 1}`, balance: state === 2 && at % 2 === 0 ? '2.00' : '1.00' }))
}

/** Loads one state of the source, with a watermark, two steps and the gate; `beforeExtract` is for tests that must meet a batch in its middle. */
export class PeopleBatch extends EtlBatch<StagedRows> {
  readonly pipeline = 'people'
  override readonly checks = [unique(people, ['id']), notNull(people, 'name')]

  constructor(
    private readonly state: 1 | 2,
    private readonly beforeExtract: () => Promise<void> = () => Promise.resolve(),
  ) {
    super()
  }

  protected override async extract(context: ExtractContext): Promise<StagedRows> {
    await this.beforeExtract()
    return context.stage(people, sourceRows(this.state))
  }

  protected async load(context: LoadContext, staged: StagedRows): Promise<void> {
    const { engine, transaction } = context
    await context.step('table', 'crm.people', async () => {
      await alignTable(transaction, people.spec)
      return {}
    })
    await context.step('people', 'crm.people', async () => {
      const counts = await upsertRows(engine, transaction, people, staged, ['id'])
      await context.setWatermark('source', String(this.state))
      return { read: staged.read, rejected: staged.rejected, ...counts }
    })
  }
}
