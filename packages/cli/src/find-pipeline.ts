import type { Pipeline } from '@varve/core'
import { builtInPipelines } from './built-in-pipelines.js'
import type { Session } from './session.js'

/** Imports the pipeline of a name: one that is configured, or one that comes with the command. */
export function findPipeline({ core, config, host }: Session, name: string): Promise<Pipeline> {
  const configured = config.pipelines.get(name)
  if (configured) return configured()
  if (Object.hasOwn(builtInPipelines, name)) return builtInPipelines[name]?.(host.environment) as Promise<Pipeline> // it is there
  const known = [...config.pipelines.keys()]
  const what = known.length > 0 ? `The configuration has ${known.join(', ')}.` : `The configuration has none: declare it under "pipelines" in ${config.file ?? 'varve.config.ts'}.`
  throw new core.VarveError('V1006', `There is no pipeline "${name}". ${what} Built in: ${Object.keys(builtInPipelines).join(', ')}.`, { context: { pipeline: name, known: [...known, ...Object.keys(builtInPipelines)] } })
}
