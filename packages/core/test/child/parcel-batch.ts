import { alignTable, EtlBatch, t, table, unique, upsertRows, type ExtractContext, type LoadContext, type StagedRows } from '../../src/index.ts'

export const parcels = table('shop.parcels', { id: t.integer().notNull(), weight: t.decimal(8, 2).notNull(), label: t.text() }, { primaryKey: ['id'] })
export const days = table('shop.days', { day: t.date().notNull(), parcels: t.integer().notNull() }, { primaryKey: ['day'] })

// So long that a load takes several bulk statements on the embedded engine, and several chunks on a server.
const label = (id: number) => `Parcel ${id} `.padEnd(240, '·')
const count = { 1: 15_000, 2: 30_000 } as const

export type Epoch = keyof typeof count

/** The parcels of an epoch: in the second there are more, and each third has grown. */
export function* parcelRows(epoch: Epoch): Generator<{ id: number; weight: string; label: string }> {
  for (let id = 1; id <= count[epoch]; id++) yield { id, weight: epoch === 2 && id % 3 === 0 ? '2.50' : '1.00', label: label(id) }
}

export const dayRows = (epoch: Epoch) => [{ day: '2025-01-01', parcels: count[epoch] }, ...(epoch === 2 ? [{ day: '2025-01-02', parcels: 0 }] : [])]

/** Loads what the watermark says is still to be loaded: all of it, or nothing. */
export class ParcelBatch extends EtlBatch<readonly [StagedRows, StagedRows]> {
  readonly pipeline = 'parcels'
  override readonly checks = [unique(parcels, ['id'])]

  constructor(private readonly epoch: Epoch) {
    super()
  }

  protected override async extract(context: ExtractContext) {
    const isDone = (await context.watermark('epoch')) === String(this.epoch)
    return [await context.stage(parcels, isDone ? [] : parcelRows(this.epoch)), await context.stage(days, isDone ? [] : dayRows(this.epoch))] as const
  }

  protected async load(context: LoadContext, [parcelStage, dayStage]: readonly [StagedRows, StagedRows]): Promise<void> {
    const { engine, transaction } = context
    for (const { spec } of [parcels, days]) await alignTable(transaction, spec)
    await context.step('parcels', 'shop.parcels', () => upsertRows(engine, transaction, parcels, parcelStage, ['id']))
    await context.step('days', 'shop.days', () => upsertRows(engine, transaction, days, dayStage, ['day']))
    await context.setWatermark('epoch', String(this.epoch))
  }
}
