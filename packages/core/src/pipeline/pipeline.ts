import { VarveError } from '../error/varve-error.js'
import { declarationProblems } from './declaration-problems.js'
import type { PipelineChoice, PipelineChoices, PipelineValues } from './pipeline-choice.js'
import type { PipelineStep } from './step.js'

/** How a pipeline is declared. */
export interface PipelineOptions {
  readonly steps: readonly PipelineStep[]
  /** How many steps may run side by side. @defaultValue 4 */
  readonly concurrency?: number
  /** Whether several runs may be under way at once, since its batches lock all that they write. @defaultValue false */
  readonly severalRuns?: boolean
}

/** How a pipeline is declared that can be run in several ways. */
export interface ChoicePipelineOptions<C extends PipelineChoices> extends Omit<PipelineOptions, 'steps'> {
  /** What whoever runs it can choose, by property: `customerRegion` is `--customer-region` on the command line. */
  readonly options: C
  /** The steps for what was chosen; also called with nothing chosen, so it must not need any of it. */
  readonly steps: (chosen: PipelineValues<C>) => readonly PipelineStep[]
}

/** Steps that run together. */
export interface Pipeline {
  readonly name: string
  readonly steps: readonly PipelineStep[]
  readonly concurrency: number
  /** Whether several runs may be under way at once. */
  readonly severalRuns: boolean
  /** What can be chosen for a run of it, where it offers anything. */
  readonly options?: PipelineChoices
  /** The pipeline as it is run with what was chosen. Its texts are checked by the pipeline, and refused with V1006. */
  readonly withOptions?: (chosen: Readonly<Record<string, string | boolean | undefined>>) => Pipeline
}

const defaultConcurrency = 4

/**
 * Declares a pipeline: steps, which of them come after which, and how many run side by side. Nothing is run yet; see {@link runPipeline}.
 *
 * **Details**
 *
 * With `options`, `steps` is a function of what was chosen for a run: `varve run crm --since 2025-03-01`, or `crm.withOptions({ since: '2025-03-01' })`.
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
 * const orders = pipeline('orders', {
 *   options: { since: { value: 'date', description: 'orders from that day on' }, full: { description: 'all orders' } },
 *   steps: ({ since, full }) => [step('orders', new OrderBatch(full ? undefined : since))],
 * })
 * ```
 * @throws VarveError V1005 with everything that is wrong with the declaration.
 */
export function pipeline<const C extends PipelineChoices>(name: string, options: ChoicePipelineOptions<C>): Pipeline & Required<Pick<Pipeline, 'withOptions'>> & { readonly options: C }
export function pipeline(name: string, options: PipelineOptions): Pipeline
export function pipeline(name: string, { steps, concurrency = defaultConcurrency, severalRuns = false, ...rest }: PipelineOptions | ChoicePipelineOptions<PipelineChoices>): Pipeline {
  if (typeof steps !== 'function') return declared({ name, steps: [...steps], concurrency, severalRuns })
  const options = 'options' in rest ? rest.options : {}
  const withOptions = (chosen: Readonly<Record<string, string | boolean | undefined>>): Pipeline => {
    for (const [property, value] of Object.entries(chosen)) assertValue(name, options, property, value)
    return declared({ name, steps: [...steps(chosen as PipelineValues<PipelineChoices>)], concurrency, severalRuns, options, withOptions }) // each value is of its option's type, as was just asserted
  }
  return withOptions({})
}

function declared(made: Pipeline): Pipeline {
  const problems = declarationProblems(made)
  if (problems.length > 0) throw new VarveError('V1005', `Pipeline ${JSON.stringify(made.name)} cannot be run as it is declared: ${problems.join('; ')}.`, { context: { pipeline: made.name, problems } })
  return made
}

function assertValue(name: string, options: PipelineChoices, property: string, value: string | boolean | undefined): void {
  const option: PipelineChoice | undefined = options[property]
  const wanted = option?.value === undefined ? 'boolean' : 'string'
  if (option && (value === undefined || typeof value === wanted)) return
  const known = Object.keys(options)
  const what = option ? `option "${property}" is ${JSON.stringify(value)}, but must be a ${wanted === 'string' ? 'text' : 'truth value'}` : `there is no option "${property}"; ${known.length > 0 ? `its options are ${known.join(', ')}` : 'it has none'}`
  throw new VarveError('V1009', `Pipeline ${JSON.stringify(name)}: ${what}.`, { context: { pipeline: name, option: property } })
}
