import { EtlBatch, type ExtractContext, type LoadContext, type RowSource } from '@varve/core'
import { canonicalMapping } from './canonical-mapping.js'
import { canonicalStore, type StagedCanonical } from './canonical-store.js'
import type { CanonicalTable } from './canonical-table.js'
import { populatedFields, type PopulatedFields } from './populated-fields.js'
import { assertService, keepService, tenantBatch } from './table-service.js'
import { tenantSchema } from './tenant-schema.js'

/** The service whose rows come as files. */
export const fileService = 'export'

/** Rows of a file, into the canonical table of a tenant. */
export class FileBatch extends EtlBatch<StagedCanonical> {
  readonly pipeline: string
  override readonly type = 'file'
  override readonly metadata: Readonly<Record<string, unknown>>
  /** Of how many of the rows each field has a value, once they are loaded. */
  populated: PopulatedFields = {}

  constructor(
    private readonly canonical: CanonicalTable,
    private readonly tenant: string,
    private readonly rows: RowSource<object>,
  ) {
    super()
    this.pipeline = tenantBatch(tenant, canonical)
    this.metadata = { service: fileService, tenant, canonical: canonical.name }
  }

  protected override async extract(context: ExtractContext): Promise<StagedCanonical> {
    await assertService(context, fileService, this.tenant, this.canonical)
    const store = await canonicalStore(context.engine, this.canonical, tenantSchema(this.tenant))
    return store.stage(context, this.rows, { mapping: canonicalMapping(this.canonical, fileService, store.fields), at: new Date().toISOString() })
  }

  protected override async load(context: LoadContext, staged: StagedCanonical): Promise<void> {
    await staged.merge(context)
    this.populated = await populatedFields(context.transaction, staged)
    await keepService(context, fileService)
  }
}
