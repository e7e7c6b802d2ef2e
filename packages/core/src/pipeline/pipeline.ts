import { VarveError } from '../error/varve-error.js'
import { declarationProblems } from './declaration-problems.js'
import type { PipelineStep } from './step.js'

/** How a pipeline is declared. */
export interface PipelineOptions {
  readonly steps: readonly PipelineStep[]
  /** How many steps may run side by side. @defaultValue 4 */
  readonly concurrency?: number
}

/** Steps that run together. */
export interface Pipeline {
  readonly name: string
  readonly steps: readonly PipelineStep[]
  readonly concurrency: number
}

const defaultConcurrency = 4

/**
 * Declares a pipeline: steps, which of them come after which, and how many run side by side. Nothing is run yet; see {@link runPipeline}.
 *
 * @example
 * ```ts
 * const crm = pipeline('crm', {
 *   steps: [
 *     step('people', new PeopleBatch()),
 *     step('companies', new CompanyBatch()),
 *     step('contacts', new ContactBatch(), { after: ['people', 'companies'] }),
 *   ],
 * })
 * ```
 * @throws VarveError V1005 with everything that is wrong with the declaration.
 */
export function pipeline(name: string, { steps, concurrency = defaultConcurrency }: PipelineOptions): Pipeline {
  const problems = declarationProblems({ name, steps, concurrency })
  if (problems.length > 0) throw new VarveError('V1005', `Pipeline ${JSON.stringify(name)} cannot be run as it is declared: ${problems.join('; ')}.`, { context: { pipeline: name, problems } })
  return { name, steps: [...steps], concurrency }
}
