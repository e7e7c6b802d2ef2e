import type { Pipeline } from '@varve/core'
import type { Session } from './session.js'

/** Imports the pipeline that is configured under a name. */
export function findPipeline({ core, config }: Session, name: string): Promise<Pipeline> {
  const found = config.pipelines.get(name)
  if (found) return found()
  const known = [...config.pipelines.keys()]
  const what = known.length > 0 ? `The configuration has ${known.join(', ')}.` : `The configuration has none: declare it under "pipelines" in ${config.file ?? 'varve.config.ts'}.`
  throw new core.VarveError('V1006', `There is no pipeline "${name}". ${what}`, { context: { pipeline: name, known } })
}
