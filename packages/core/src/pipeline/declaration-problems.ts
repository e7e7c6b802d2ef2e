import type { Pipeline } from './pipeline.js'
import type { PipelineStep } from './step.js'

/** Everything that is wrong with a declaration, in words. */
export function declarationProblems({ name, steps, concurrency }: Pipeline): string[] {
  const names = steps.map((step) => step.name)
  const problems: string[] = []
  if (name.trim() === '') problems.push('it has no name')
  if (!Number.isInteger(concurrency) || concurrency < 1) problems.push(`its concurrency is ${concurrency}, but must be a whole number from 1 on`)
  if (steps.length === 0) problems.push('it has no steps')
  if (names.some((one) => one.trim() === '')) problems.push('a step has no name')
  for (const twice of new Set(names.filter((one, at) => names.indexOf(one) < at))) problems.push(`two steps are called ${JSON.stringify(twice)}`)
  for (const step of steps) {
    for (const unknown of step.after.filter((before) => !names.includes(before))) {
      problems.push(`step ${JSON.stringify(step.name)} comes after ${JSON.stringify(unknown)}, which is no step of it; its steps are ${names.map((one) => JSON.stringify(one)).join(', ')}`)
    }
  }
  return [...problems, ...circles(steps).map((circle) => `steps wait for each other: ${circle.map((one) => JSON.stringify(one)).join(' after ')}`)]
}

/** Each way in which steps wait for each other, told once: its names in order, the first one again at the end. */
function circles(steps: readonly PipelineStep[]): string[][] {
  const found: string[][] = []
  const settled = new Set<string>()
  const follow = (name: string, path: readonly string[]) => {
    const at = path.indexOf(name)
    if (at >= 0) return void found.push([...path.slice(at), name])
    if (settled.has(name)) return
    for (const before of steps.find((step) => step.name === name)?.after ?? []) follow(before, [...path, name])
    settled.add(name)
  }
  for (const step of steps) follow(step.name, [])
  return found
}
