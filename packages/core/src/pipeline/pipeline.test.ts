import { describe, expect, it } from 'vitest'
import { VarveError } from '../error/varve-error.js'
import { chosenSteps } from './chosen-steps.js'
import { failureOf } from './failure-of.js'
import { pipeline } from './pipeline.js'
import type { PipelineResult } from './pipeline-result.js'
import { step } from './step.js'

const nothing = () => undefined
const after = (name: string, ...before: string[]) => step(name, nothing, { after: before })

describe('a declaration', () => {
  const problems = (name: string, options: Parameters<typeof pipeline>[1]) => {
    try {
      pipeline(name, options)
    } catch (error) {
      if (error instanceof VarveError && error.code === 'V1005') return error.context['problems']
      throw error
    }
    return []
  }

  it('holds its steps as they were declared', () => {
    const declared = pipeline('crm', { steps: [after('c', 'a', 'b', 'a'), after('a'), after('b', 'a')] })
    expect(declared).toEqual({ name: 'crm', concurrency: 4, severalRuns: false, steps: [{ name: 'c', work: nothing, after: ['a', 'b'], heedsDryRun: false }, { name: 'a', work: nothing, after: [], heedsDryRun: false }, { name: 'b', work: nothing, after: ['a'], heedsDryRun: false }] })
  })

  it('is refused with everything that is wrong with it', () => {
    expect(problems('crm', { steps: [after('a', 'x', 'c'), after('b', 'b'), after('c', 'd'), after('d', 'a'), after('b'), after('e', 'a', 'y')], concurrency: 0 })).toEqual([
      'its concurrency is 0, but must be a whole number from 1 on',
      'two steps are called "b"',
      'step "a" comes after "x", which is no step of it; its steps are "a", "b", "c", "d", "b", "e"',
      'step "e" comes after "y", which is no step of it; its steps are "a", "b", "c", "d", "b", "e"',
      'steps wait for each other: "a" after "c" after "d" after "a"',
      'steps wait for each other: "b" after "b"',
    ])
    expect(problems(' ', { steps: [] })).toEqual(['it has no name', 'it has no steps'])
    expect(problems('crm', { steps: [after('')], concurrency: 1.5 })).toEqual(['its concurrency is 1.5, but must be a whole number from 1 on', 'a step has no name'])
    expect(() => pipeline('crm', { steps: [after('a', 'a')] })).toThrow('[V1005] Pipeline "crm" cannot be run as it is declared: steps wait for each other: "a" after "a".')
  })

  it('is not refused for paths that meet again', () => {
    expect(problems('crm', { steps: [after('d', 'b', 'c'), after('b', 'a'), after('c', 'a'), after('a')] })).toEqual([])
  })
})

describe('a pipeline with options', () => {
  const orders = pipeline('orders', {
    concurrency: 2,
    options: { since: { value: 'date', description: 'from that day on' }, full: { description: 'all of them' } },
    steps: ({ since = 'the last run', full }) => [step(full ? 'everything' : `since ${since}`, nothing)],
  })
  const names = (chosen: Readonly<Record<string, string | boolean | undefined>>) => orders.withOptions(chosen).steps.map(({ name }) => name)

  it('has the steps of what was chosen, and those of nothing chosen before', () => {
    expect(orders.steps.map(({ name }) => name)).toEqual(['since the last run'])
    expect(names({ since: '2025-03-01', full: undefined })).toEqual(['since 2025-03-01'])
    expect(names({ full: true })).toEqual(['everything'])
    expect(orders.withOptions({ full: true })).toMatchObject({ name: 'orders', concurrency: 2, options: orders.options })
  })

  it('refuses what it does not offer', () => {
    expect(() => names({ until: 'now' })).toThrow('[V1009] Pipeline "orders": there is no option "until"; its options are since, full.')
    expect(() => names({ since: true })).toThrow('[V1009] Pipeline "orders": option "since" is true, but must be a text.')
    expect(() => names({ full: 'yes' })).toThrow('[V1009] Pipeline "orders": option "full" is "yes", but must be a truth value.')
  })

  it('is held to the rules of every declaration, for whatever is chosen', () => {
    const odd = pipeline('odd', { options: { none: { description: 'no steps' } }, steps: ({ none }) => (none ? [] : [step('a', nothing)]) })
    expect(() => odd.withOptions({ none: true })).toThrow('[V1005] Pipeline "odd" cannot be run as it is declared: it has no steps.')
  })
})

describe('the steps of a run', () => {
  const declared = pipeline('crm', { steps: [after('d', 'c'), after('c', 'b', 'x'), after('b', 'a'), after('x'), after('a')] })
  const order = (only?: string[]) => chosenSteps(declared, only).map((one) => `${one.name} < ${one.after.join()}`)

  it('stand after those that they wait for', () => {
    expect(order()).toEqual(['a < ', 'b < a', 'x < ', 'c < b,x', 'd < c'])
  })

  it('keep their order when steps between them are left out', () => {
    expect(order(['d', 'a'])).toEqual(['a < ', 'd < a'])
    expect(order(['x', 'b'])).toEqual(['x < ', 'b < '])
    expect(order(['b', 'b'])).toEqual(['b < '])
  })

  it('are refused where there are none of the name', () => {
    expect(() => order(['d', 'y', 'z'])).toThrow('[V1009] "y", "z" are no steps of pipeline "crm". Choose from d, c, b, x, a.')
    expect(() => order([])).toThrow('[V1009] No step was chosen of pipeline "crm". Choose from d, c, b, x, a.')
  })
})

describe('the failure of a run', () => {
  const result = (status: PipelineResult['status'], steps: PipelineResult['steps']): PipelineResult => ({ runId: 'r', pipeline: 'crm', dryRun: false, status, steps, durationMs: 1 })
  const failed = (name: string, error: VarveError) => ({ name, status: 'failed' as const, error, durationMs: 1 })
  const gate = new VarveError('V2002', 'The gate refused it.', { context: { checks: 1 } })

  it('is none when every step is done', () => {
    expect(failureOf(result('done', [{ name: 'a', status: 'done', durationMs: 1 }]))).toBeUndefined()
  })

  it('has the code of the step that failed, and says what became of the others', () => {
    const failure = failureOf(result('failed', [{ name: 'a', status: 'done', durationMs: 1 }, failed('b', gate), { name: 'c', status: 'not started', because: 'it comes after "b", which failed' }]))
    expect(failure).toMatchObject({ code: 'V2002', exitCode: 2, cause: gate, context: { checks: 1, runId: 'r', failed: [{ step: 'b', code: 'V2002' }], notStarted: [{ step: 'c' }], done: ['a'] } })
    expect(failure?.message).toBe('[V2002] Pipeline "crm": 1 of 3 steps failed. Failed: "b": The gate refused it. Not started: "c", because it comes after "b", which failed. Done, and kept: "a". A batch that failed left nothing but its reason in the ledger. It is safe to run all of it again: varve run crm')
  })

  it('has a code of its own when several steps failed, and can be tried again when all of them can', () => {
    const busy = new VarveError('V3001', 'No answer', { isRetryable: true })
    const failure = failureOf(result('failed', [failed('a', busy), failed('b', gate)]))
    expect(failure).toMatchObject({ code: 'V3011', exitCode: 3, isRetryable: false })
    expect(failure?.message).toBe('[V3011] Pipeline "crm": 2 of 2 steps failed. Failed: "a": [V3001] No answer. Failed: "b": [V2002] The gate refused it. No step was done. A batch that failed left nothing but its reason in the ledger. It is safe to run all of it again: varve run crm')
    expect(failureOf(result('failed', [failed('a', busy), failed('b', busy)]))?.isRetryable).toBe(true)
    const held = new VarveError('V4001', 'Somebody holds it.')
    expect(failureOf(result('failed', [failed('a', held), failed('b', held)]))).toMatchObject({ code: 'V4001', exitCode: 4 }) // as every one of them has it
  })

  it('says of an interrupted run what was stopped', () => {
    const failure = failureOf(result('interrupted', [failed('a', new VarveError('V5001', 'Interrupted.')), { name: 'b', status: 'not started', because: 'the run was interrupted' }]))
    expect(failure).toMatchObject({ code: 'V5001', exitCode: 130 })
    expect(failure?.message).toBe('[V5001] Pipeline "crm" was interrupted. Stopped: "a". Not started: "b", because the run was interrupted. No step was done. A batch that failed left nothing but its reason in the ledger. It is safe to run all of it again: varve run crm')
  })
})
