import type { ConnectwiseList, ConnectwiseRow } from '@varve/connectors'
import { EtlBatch, type ExtractContext, type LoadContext } from '@varve/core'
import { askedFields, canonicalMapping } from '../../canonical/canonical-mapping.js'
import { canonicalStore, type StagedCanonical } from '../../canonical/canonical-store.js'
import { serviceMapping, type CanonicalTable } from '../../canonical/canonical-table.js'
import { populatedFields, type PopulatedFields } from '../../canonical/populated-fields.js'
import { assertService, keepService, tenantBatch } from '../../canonical/table-service.js'
import { tenantSchema } from '../../canonical/tenant-schema.js'
import type { TenantSource } from './tenant-source.js'
import { withDescriptions, type DescriptionBudget } from './with-descriptions.js'

/** The service of this pipeline, as canonical tables call it. */
export const service = 'connectwise'

/** The watermark up to which everything was read. */
export const readUntil = 'last_updated'
/** How it stands where nothing was: before anything that a source has. */
const nothingRead = '1970-01-01T00:00:00Z'

/** Rows whose last change lies in a span. */
export interface Window {
  /** From then on; undefined for all before. */
  readonly from: string | undefined
  /** Up to then, which is not included. */
  readonly until: string
  /** Only rows behind this id: those before it were read already. */
  readonly after?: number | undefined
  /** No more rows than that. */
  readonly limit?: number | undefined
  /** How many rows there are, where that was asked already. */
  readonly counted?: number | undefined
}

/** What a batch reads, and where it belongs. */
export interface WindowTarget {
  readonly source: TenantSource
  readonly canonical: CanonicalTable
  /** How many tickets may still be asked for their description, which costs a call each. Shared by the batches of a tenant, which count it down. */
  readonly descriptions?: DescriptionBudget | undefined
}

/** How far a window was read. */
export interface WindowReading {
  readonly window: Window
  /** Whether all of it was read; if not, the limit cut it. */
  readonly isWhole: boolean
  readonly rows: number
  /** The last id that was read. */
  readonly lastId: number | undefined
}

interface Staged {
  readonly staged: StagedCanonical
  readonly marks: Readonly<Record<string, string>>
}

/** One batch of a tenant's table: a window is read, and committed with the marks that say how far. */
export abstract class WindowBatch extends EtlBatch<Staged> {
  readonly pipeline: string
  override readonly metadata: Readonly<Record<string, unknown>>
  /** How far it read, once it has. */
  reading: WindowReading | undefined
  /** Of how many of the rows each field has a value, once they are loaded. */
  populated: PopulatedFields = {}

  constructor(protected readonly target: WindowTarget) {
    super()
    const { source: { tenant }, canonical } = target
    this.pipeline = tenantBatch(tenant, canonical)
    this.metadata = { service, tenant, canonical: canonical.name }
  }

  /** What is read; asked before anything is. `known` is the watermark up to which everything was read. */
  protected abstract window(known: string | undefined): Promise<Window>

  /** The watermarks that stand for what was read. */
  protected abstract marks(reading: WindowReading, known: string | undefined): Readonly<Record<string, string>>

  protected override async extract(context: ExtractContext): Promise<Staged> {
    const { canonical, source: { client, tenant, invalid }, descriptions = { left: 0 } } = this.target
    await assertService(context, service, tenant, canonical)
    const store = await canonicalStore(context.engine, canonical, tenantSchema(tenant))
    const kept = await context.watermark(readUntil)
    // Who drops a table begins anew: what it held is to be read again, whatever a watermark says.
    const isDropped = kept !== undefined && !(await context.engine.introspect(store.physical.schema, store.physical.name))
    const known = isDropped ? undefined : kept
    const window = await this.window(known)
    const { from, until, after, limit } = window
    const resource = resourceOf(canonical)
    const counted = window.counted ?? (await client.count(resource, { since: from, until }))
    // What a batch that failed has left is read again.
    for (let at = invalid.length - 1; at >= 0; at--) if (invalid[at]?.resource === resource) invalid.splice(at, 1)
    const progress = { isWhole: true, rows: 0, lastId: undefined as number | undefined }
    const note = ({ id }: { readonly id: number }) => {
      progress.rows++
      progress.lastId = Math.max(id, progress.lastId ?? id)
    }
    const rows = client.rows(resource, { since: from, until, after, limit, fields: askedFields(canonical, service), onCut: () => (progress.isWhole = false) })
    const described = resource === 'tickets' ? withDescriptions(context, { client, table: store.physical, budget: descriptions }, rows as AsyncIterable<ConnectwiseRow<'tickets'>>) : rawRows(rows)
    const read = async function* () {
      const drain = function* () {
        for (let at = invalid.findIndex((row) => row.resource === resource); at >= 0; at = invalid.findIndex((row) => row.resource === resource)) {
          const [{ raw, id }] = invalid.splice(at, 1) as [(typeof invalid)[number]] // it was found there
          note({ id })
          yield raw
        }
      }
      for await (const row of described) {
        yield* drain()
        note(row)
        yield row.raw
      }
      yield* drain()
    }
    const staged = await store.stage(context, read(), { mapping: canonicalMapping(canonical, service, store.fields), at: until, total: Math.min(counted, limit ?? Infinity) })
    this.reading = { window, ...progress }
    return { staged, marks: { ...(isDropped ? { [readUntil]: nothingRead } : {}), ...this.marks(this.reading, known) } }
  }

  protected override async load(context: LoadContext, { staged, marks }: Staged): Promise<void> {
    await staged.merge(context)
    this.populated = await populatedFields(context.transaction, staged)
    await keepService(context, service)
    for (const [name, mark] of Object.entries(marks)) await context.setWatermark(name, mark)
  }
}

/** What the source calls the rows of a table. */
export function resourceOf(canonical: CanonicalTable): ConnectwiseList {
  return serviceMapping(canonical, service).endpoint as ConnectwiseList // the mappings of this service name no other
}

async function* rawRows<Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  yield* rows
}
