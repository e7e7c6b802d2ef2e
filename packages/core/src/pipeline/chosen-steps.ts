import { VarveError } from '../error/varve-error.js'
import type { Pipeline } from './pipeline.js'
import type { PipelineStep } from './step.js'

/**
 * The steps of a run, each after those that it waits for. Of steps that were not chosen nothing is waited for, but the order that they
 * stand for holds among the others.
 *
 * @throws VarveError V1009 for names that are no steps.
 */
export function chosenSteps(pipeline: Pipeline, only: readonly string[] | undefined): readonly PipelineStep[] {
  const all = new Map(pipeline.steps.map((step) => [step.name, step]))
  const unknown = only?.filter((name) => !all.has(name)) ?? []
  if (unknown.length > 0 || only?.length === 0) {
    const what = only?.length === 0 ? 'No step was chosen' : `${unknown.map((name) => JSON.stringify(name)).join(', ')} ${unknown.length === 1 ? 'is no step' : 'are no steps'}`
    throw new VarveError('V1009', `${what} of pipeline "${pipeline.name}". Choose from ${[...all.keys()].join(', ')}.`, { context: { pipeline: pipeline.name, unknown } })
  }
  const chosen = new Set(only ?? all.keys())
  const before = (step: PipelineStep): string[] => {
    const seen = new Set<string>()
    const look = (name: string) => {
      if (seen.has(name)) return
      seen.add(name)
      if (!chosen.has(name)) for (const earlier of all.get(name)?.after ?? []) look(earlier)
    }
    for (const name of step.after) look(name)
    return [...seen].filter((name) => chosen.has(name))
  }
  const ordered = new Map<string, PipelineStep>()
  const place = (name: string) => {
    const step = all.get(name)
    if (!step || ordered.has(name)) return
    const after = before(step)
    for (const earlier of after) place(earlier)
    ordered.set(name, { ...step, after })
  }
  for (const name of chosen) place(name)
  return [...ordered.values()]
}
