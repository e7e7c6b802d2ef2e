import type { Engine, Logger } from '@varve/core'
import type { Host } from './host.js'

/** What is done once to what an earlier program left: the parts in words, each with its SQL, and in words what became of rows. */
export interface TakeOver {
  readonly steps: readonly { readonly what: string; readonly statements: readonly string[] }[]
  readonly duplicates: { readonly rows: number; readonly groups: number; readonly removed: number; readonly keeps: string; readonly archive: string } | undefined
}

/** How the tables of a pipeline that comes with the command are taken over from an earlier program. */
export interface PipelineMigration {
  /** Looks, and changes nothing. */
  readonly plan: (engine: Engine) => Promise<TakeOver>
  readonly run: (engine: Engine, options: { readonly signal: AbortSignal; readonly log: Logger }) => Promise<TakeOver>
}

/** The pipelines that can take over tables of an earlier program. */
export const builtInMigrations: Readonly<Record<string, (environment: Host['environment']) => Promise<PipelineMigration>>> = {
  otc: async (environment) => {
    const { deskZone } = await import('./pipeline/otc/desk-zone.js')
    const { planOtcMigration } = await import('./pipeline/otc/migration/plan-otc-migration.js')
    const { migrateOtc } = await import('./pipeline/otc/migration/migrate-otc.js')
    const zone = deskZone(environment)
    return { plan: (engine) => planOtcMigration(engine, zone), run: (engine, options) => migrateOtc(engine, zone, options) }
  },
}
