import { basename } from 'node:path'
import { pipeline, step, type Environment, type Pipeline, type RowSource } from '@varve/core'
import { deskZone } from './desk-zone.js'
import type { ViewName } from './otc-view.js'
import { otcName, ViewBatch } from './view-batch.js'

/** A file with rows of a view. */
export interface OtcExport {
  readonly view: ViewName
  readonly file: string
  /** Opens it; called once. */
  readonly rows: () => RowSource<object>
  /** Where `OTC_TIME_ZONE` may stand, the zone of the times in it; Sydney's otherwise. */
  readonly environment: Environment
}

/**
 * An import of an export as a pipeline of one batch. Its rows are written as those of the view are: what is known to be older changes nothing, and what the file
 * has no column for stays.
 *
 * @example
 * ```ts
 * await runPipeline(otcImport({ view: 'timesheets', file, rows: () => sheetRows(file), environment: process.env }), engine)
 * ```
 */
export function otcImport({ view, file, rows, environment }: OtcExport): Pipeline {
  const zone = deskZone(environment)
  return pipeline(otcName, { steps: [step(view, new ViewBatch({ view, type: `import ${view}`, rows, zone, metadata: { file: basename(file) } }))] })
}
