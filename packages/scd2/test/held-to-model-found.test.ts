import { describe, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { expectModel, inOneTransaction } from './model-twin.ts'
import type { Plan, PlannedRow } from './random-loads.ts'

const row = (key: number, instant: number, values: readonly number[], isDelete = false): PlannedRow => ({ isDelete, key, instant, values: [...values], spelling: isDelete ? 5 : 1, fault: undefined })
const usual = { isCompound: false, deletes: 'close', conflict: 'keep', overwriteScope: 'version', housekeeping: 'usual', isDated: false } as const

/** Sequences by which long runs found something, the smallest that show it. */
const found: readonly { readonly title: string; readonly plan: Plan }[] = [
  {
    title: 'a member that the second of two complete loads for one instant brought, deleted at that instant',
    plan: {
      ...usual,
      hasSequence: true,
      grownAt: 1,
      loads: [
        { at: 5, isComplete: true, rows: [] },
        { at: 5, isComplete: true, rows: [row(0, 5, [0, 0, 0, 0, 0]), row(1, 3, [0, 1, 2, 0, 1])] },
        { at: 6, isComplete: false, rows: [row(0, 5, [0, 0, 0, 0, 0], true)] },
      ],
    },
  },
  {
    title: 'a member deleted twice at one instant, by two clocks, with an older state, while it was to begin later',
    plan: {
      ...usual,
      hasSequence: true,
      grownAt: 0,
      loads: [
        { at: 0, isComplete: false, rows: [{ ...row(3, 11, [0, 0, 0, 0, 0]), spelling: 0 }] },
        { at: 10, isComplete: false, rows: [{ ...row(3, 10, [0, 0, 0, 0, 0], true), instant: null, spelling: 0 }, { ...row(3, 10, [0, 0, 0, 0, 1], true), spelling: 2 }, { ...row(3, 8, [2, 0, 1, 2, 0]), spelling: 3 }] },
        { at: 1, isComplete: true, rows: [] },
      ],
    },
  },
]

describe('what long runs found', () => {
  describeEngines('a dimension', (context) => {
    for (const { title, plan } of found) it(`is the one of the model: ${title}`, () => inOneTransaction(context.engine, (way) => expectModel(context.engine, plan, way)))
  })
})
