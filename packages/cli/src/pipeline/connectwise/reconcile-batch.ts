import { sql, type SQL } from 'drizzle-orm'
import { EtlBatch, t, table, tableLabel, VarveError, type Engine, type ExtractContext, type LoadContext } from '@varve/core'
import { remove, Scd2Dimension, type StagedLoad } from '@varve/scd2'
import { canonicalDimension, canonicalDimensionTable, formerFields } from '../../canonical/canonical-definition.js'
import type { CanonicalTable } from '../../canonical/canonical-table.js'
import { tenantBatch } from '../../canonical/table-service.js'
import { tenantSchema } from '../../canonical/tenant-schema.js'
import { resourceOf, service, type WindowTarget } from './window-batch.js'

/** So many are never too many. */
const handful = 5
const maxShare = 0.5

/** How a reconciliation is run. */
export interface ReconcileChoices {
  /** Close as many as there are, even more than half. */
  readonly allowMassClose?: boolean | undefined
}

interface Staged {
  readonly dimension: Scd2Dimension
  readonly seen: number
  readonly living: number
  /** Nothing where none is missing. */
  readonly gone: StagedLoad | undefined
}

/**
 * Closes what the source has no longer. Deletions appear in no reading of changes, so all ids are read, and nothing but ids; what lives here
 * and is not among them was deleted, at the latest when the reading began.
 */
export class ReconcileBatch extends EtlBatch<Staged> {
  readonly pipeline: string
  override readonly type = 'reconcile'
  override readonly metadata: Readonly<Record<string, unknown>>

  constructor(
    private readonly target: WindowTarget,
    private readonly choices: ReconcileChoices = {},
  ) {
    super()
    const { source: { tenant }, canonical } = target
    this.pipeline = tenantBatch(tenant, canonical)
    this.metadata = { service, tenant, canonical: canonical.name }
  }

  protected override async extract(context: ExtractContext): Promise<Staged> {
    const { canonical, source: { client, tenant } } = this.target
    const { engine } = context
    const dimension = await dimensionOf(engine, canonical, tenant)
    const { table: fields, housekeeping: { validTo } } = dimension.definition
    if (!(await engine.introspect(fields.schema, fields.name))) return { dimension, seen: 0, living: 0, gone: undefined }
    const at = await client.serverTime()
    const idTable = table(`${tenantSchema(tenant)}.${canonical.name}_ids`, { id: t.text().notNull() })
    const ids = await context.stage(idTable, idRows(client.ids(resourceOf(canonical))), { label: `ids of ${tableLabel(fields)}` })
    const name = (spec: { readonly schema: string | undefined; readonly name: string }) => sql`${sql.identifier(spec.schema ?? '')}.${sql.identifier(spec.name)}`
    const key = sql.identifier(canonical.key)
    const isLiving = sql`from ${name(fields)} t where t.${sql.identifier(validTo)} is null`
    const isMissing = sql`${isLiving} and not exists (select 1 from ${name(ids.table)} s where s.id = t.${key})`
    const count = async (of: SQL) => Number((await engine.query<{ found: number | string }>(sql`select count(*) as found ${of}`)).rows[0]?.found ?? 0)
    const [living, gone] = [await count(isLiving), await count(isMissing)]
    const isSuspicious = ids.staged === 0 ? living > 0 : gone > handful && gone > living * maxShare
    if (!this.choices.allowMassClose && isSuspicious) {
      throw new VarveError('V2006', `${tableLabel(fields)}: ${gone} of ${living} that live here are not among the ${ids.staged} ids of the source. ${ids.staged === 0 ? 'That is all of them' : 'That is more than half'}, so it is refused: a right that was taken from the account looks just the same. Nothing was closed; where they are really gone, allow it with --allow-mass-close.`, { context: { guard: 'mass-close', living, missing: gone } })
    }
    const { rows: missing } = await engine.query<{ id: string }>(sql`select t.${key} as id ${isMissing} order by 1`)
    const events = missing.map(({ id }) => remove({ [canonical.key]: id, [canonical.sequence]: at }))
    return { dimension, seen: ids.staged, living, gone: events.length === 0 ? undefined : await dimension.stage(context, events, { at }) }
  }

  protected override async load(context: LoadContext, { dimension, seen, living, gone }: Staged): Promise<void> {
    if (gone) await dimension.merge(context, gone)
    else await context.step(tableLabel(dimension.definition.table), tableLabel(dimension.definition.table), () => Promise.resolve({ read: seen, unchanged: Math.min(seen, living) }))
  }
}

/** With the fields of earlier mappings: versions that differ in nothing else are to stay two. */
async function dimensionOf(engine: Engine, canonical: CanonicalTable, tenant: string): Promise<Scd2Dimension> {
  const schema = tenantSchema(tenant)
  return new Scd2Dimension(engine, canonicalDimension(canonical, schema, await formerFields(engine, canonicalDimensionTable(canonical, schema))))
}

async function* idRows(ids: AsyncIterable<number>): AsyncGenerator<{ readonly id: string }> {
  for await (const id of ids) yield { id: String(id) }
}
