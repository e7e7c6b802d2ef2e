import type { DataQualityCheck } from '@varve/core'
import type { Session } from './session.js'
import { findPipeline } from './find-pipeline.js'

/** Checks that belong together: their names are unique among themselves. */
export interface CheckGroup {
  /** `config`, or the pipeline and its step. */
  readonly source: string
  readonly checks: readonly DataQualityCheck[]
}

/** The checks of the configuration and of the batches of its pipelines; of one pipeline when its name is given instead of `all`. */
export async function declaredChecks(session: Session, pipeline: string): Promise<readonly CheckGroup[]> {
  const names = pipeline === 'all' ? [...session.config.pipelines.keys()] : [pipeline]
  const groups: CheckGroup[] = pipeline === 'all' && session.config.checks.length > 0 ? [{ source: 'config', checks: session.config.checks }] : []
  for (const name of names) {
    for (const { name: step, work } of (await findPipeline(session, name)).steps) {
      const checks = 'checks' in work ? (work.checks as readonly DataQualityCheck[]) : [] // every batch has them
      if (checks.length > 0) groups.push({ source: `${name}/${step}`, checks })
    }
  }
  return groups
}
