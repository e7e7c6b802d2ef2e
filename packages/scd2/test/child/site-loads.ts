import { t, table } from '@varve/core'
import { load, remove, scd2Dimension, type DeleteEvent, type Load } from '../../src/index.ts'

const sites = table('crm.dim_site', { siteId: t.integer().notNull(), mail: t.text(), tier: t.text(), updatedAt: t.timestamp().notNull() })

/** The dimension that processes load and are killed in. */
export class SiteDimension extends scd2Dimension(sites, { key: ['siteId'], sequence: 'updatedAt', overwrite: ['mail'], deletes: 'close' }) {}

type SiteRow = DeleteEvent | { readonly siteId: number | string; readonly mail: string; readonly tier: string; readonly updatedAt: string }

const seen = (siteId: number | string, day: string, tier: string, mail = 'm'): SiteRow => ({ siteId, updatedAt: `2025-${day}`, tier, mail })
const many = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => seen(from + index, '01-01', 'gold'))
const named = (batch: string, at: string, rows: readonly SiteRow[], complete: boolean): Load & { readonly rows: readonly SiteRow[] } => ({ ...load(`2025-${at}`, [], { complete, batch }), rows })

/** Loads by name. */
export const siteLoads = {
  first: named('first', '02-01', [...many(1, 60), seen(1, '01-20', 'silver'), remove({ siteId: 50, updatedAt: '2025-01-15' })], true),
  // A bit of everything: unchanged, new, changed, overwritten, absent, reopened, late, several events of one, rejected.
  second: named('second', '03-01', [...many(10, 58), seen(1, '02-10', 'iron'), seen(2, '02-10', 'gold', 'n'), seen(3, '01-10', 'late'), seen(3, '02-20', 'gold'), seen(50, '02-20', 'back'), seen(70, '02-20', 'new'), seen('none', '02-20', 'unreadable')], true),
  // These two disagree about site 1: which one comes first shows.
  left: named('left', '03-01', [seen(1, '02-10', 'left'), seen(2, '02-10', 'silver')], false),
  right: named('right', '03-02', [seen(1, '02-10', 'right'), seen(3, '01-10', 'bronze')], false),
} as const

export type SiteLoad = keyof typeof siteLoads
