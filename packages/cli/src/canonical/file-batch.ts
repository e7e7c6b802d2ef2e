import { EtlBatch, VarveError, type ExtractContext, type LoadContext, type RowSource, type StagedRows } from '@varve/core'
import { canonicalMapping, pathsOf } from './canonical-mapping.js'
import { canonicalStore, type StagedCanonical } from './canonical-store.js'
import { serviceMapping, type CanonicalTable } from './canonical-table.js'
import { populatedFields, type PopulatedFields } from './populated-fields.js'
import { assertService, keepService, tenantBatch } from './table-service.js'
import { tenantSchema } from './tenant-schema.js'

/** The service whose rows come as files. */
export const fileService = 'export'

/** Rows of a file, into the canonical table of a tenant. A file of which no row fits is refused: most likely its header is another one. */
export class FileBatch extends EtlBatch<StagedCanonical> {
  readonly pipeline: string
  override readonly type = 'file'
  override readonly metadata: Readonly<Record<string, unknown>>
  /** Of how many of the rows each field has a value, once they are loaded. */
  populated: PopulatedFields = {}
  private unread: readonly string[] = []

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
    const mapping = canonicalMapping(this.canonical, fileService, store.fields)
    const columns = new Set<string>()
    const noting = {
      apply: (row: Readonly<Record<string, unknown>>) => {
        for (const name of Object.keys(row)) columns.add(name)
        return mapping.apply(row)
      },
    }
    const staged = await store.stage(context, this.rows, { mapping: noting, at: new Date().toISOString() })
    this.refuseUseless(staged.rows, columns)
    const known = new Set(Object.values(serviceMapping(this.canonical, fileService).fields).flatMap((from) => pathsOf(from).map(firstStep)))
    this.unread = [...columns].filter((name) => !known.has(name))
    return staged
  }

  private refuseUseless({ read, staged }: StagedRows, columns: ReadonlySet<string>): void {
    if (read === 0 || staged > 0) return
    const { name, key, sequence } = this.canonical
    const { fields } = serviceMapping(this.canonical, fileService)
    const lacking = [key, sequence].map((field) => pathsOf(fields[field]).map(firstStep)).filter((paths) => !paths.some((path) => columns.has(path)))
    const why = columns.size === 0 || lacking.length === 0 ? 'Each was set aside with its reason; "varve runs" of this run shows them.' : `Without ${lacking.map((paths) => paths.map((path) => `"${path}"`).join(' or ')).join(' and without ')} there is no telling which row is which and how new it is. The columns of the file are ${[...columns].map((column) => `"${column}"`).join(', ')}; they are to be called so to the letter.`
    throw new VarveError('V2004', `No row of the file fits ${name} (${read} ${read === 1 ? 'was' : 'were'} read), so nothing was loaded. ${why}`, { context: { tenant: this.tenant, read, columns: [...columns] } })
  }

  protected override async load(context: LoadContext, staged: StagedCanonical): Promise<void> {
    await staged.merge(context)
    this.populated = await populatedFields(context.transaction, staged)
    await keepService(context, fileService)
    for (const column of this.unread) context.find({ check: 'UNKNOWN_FIELD', severity: 'info', table: `${tenantSchema(this.tenant)}.${this.canonical.name}`, message: `There is a field "${column}", which no column is for: it is not loaded.` })
  }
}

/** What a row is asked for first on the way of a path. */
function firstStep(path: string): string {
  return path.split('__')[0] ?? path
}
