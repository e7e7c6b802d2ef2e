import { sql } from 'drizzle-orm'
import type { Engine } from '@varve/core'
import { applyLoad, emptyState, versionsIn, type DimensionState, type LoadCounts } from '../src/index.ts'
import { SiteDimension, siteLoads, type SiteLoad } from './child/site-loads.ts'

const applied = (names: readonly SiteLoad[]) => names.reduce((so: DimensionState, name) => applyLoad(SiteDimension.definition, so, siteLoads[name]).state, emptyState())

/** What the model counts in the last of several loads. */
export const modelledCounts = (...names: readonly [...SiteLoad[], SiteLoad]): LoadCounts => applyLoad(SiteDimension.definition, applied(names.slice(0, -1)), siteLoads[names.at(-1) as SiteLoad]).counts // there is one

/** What the model makes of loads, one after the other. */
export function modelledSites(...names: readonly SiteLoad[]): string[] {
  return versionsIn(applied(names)).map(({ values, validFrom, validTo }) => [values['siteId'], values['mail'], values['tier'], validFrom, validTo].join(' '))
}

/** The versions of the sites as an engine holds them. */
export async function storedSites(engine: Engine): Promise<string[]> {
  const { rows } = await engine.query(sql`select site_id, mail, tier, valid_from, valid_to from crm.dim_site order by site_id, valid_from`)
  return rows.map((row) => Object.values(row).join(' '))
}

/** Where each row of the dimension and of its memory lies, and who wrote it: any write at all shows. */
export async function writtenRows(engine: Engine): Promise<string[]> {
  const { rows } = await engine.query<{ row: string }>(sql`select 'version ' || ctid || ' ' || xmin as row from crm.dim_site union all select 'memory ' || ctid || ' ' || xmin from varve.memory_crm_dim_site union all select 'load ' || ctid || ' ' || xmin from varve.dimension_loads order by 1`)
  return rows.map(({ row }) => row)
}
