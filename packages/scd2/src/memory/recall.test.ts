import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyPlan, definitionOf, loadOf } from '../../test/random-loads.ts'
import { applyLoad } from '../model/apply-load.js'
import { versionsOf } from '../model/fold.js'
import { emptyState, type CompleteLoad, type DimensionState, type Member } from '../model/state.js'
import { timeline } from '../model/timeline.js'
import { recall } from './recall.js'
import { remember } from './remember.js'
import { wordsOn } from './said-word.js'

const numberOfPlans = 300

it('memory, versions and the list of complete loads give back all that is known of a member', () => {
  fc.assert(
    fc.property(anyPlan, (drawn) => {
      const plan = { ...drawn, hasSequence: true }
      const definition = definitionOf(plan)
      let state: DimensionState = emptyState()
      for (const planned of plan.loads) {
        state = applyLoad(definition, state, loadOf(plan, planned)).state
        for (const member of state.members.values()) check(member, state.completeLoads)
      }
      function check(member: Member, completeLoads: readonly CompleteLoad[]) {
        const words = wordsOn(definition, member.id, completeLoads)
        const memory = remember(definition, { member, words }, completeLoads)
        const again = recall(definition, member.key, member.versions, memory, completeLoads)
        const spoken = (all: typeof words) => [...all].map(([at, { word, load }]) => [at, word, word === null || word === at ? undefined : load])
        expect(spoken(again.words)).toEqual(spoken(words))
        const observations = (one: Member) => [...one.observations].map(([at, { values, load, knownAt }]) => ({ at, values, load, pending: at > knownAt ? knownAt : null })).toSorted((a, b) => (a.at < b.at ? -1 : 1))
        expect(observations(again.member)).toEqual(observations(member))
        expect(again.member.deletions).toEqual(member.deletions)
        const completes = completeLoads.map((load) => ({ ...load, present: new Map([...load.present].filter(([id]) => id === member.id)) }))
        expect(versionsOf(definition, timeline(definition, again.member, completes))).toEqual(member.versions.map(({ from, to, values, sequence, openedBy, closedBy }) => ({ from, to, values, sequence, openedBy, closedBy })))
        expect(remember(definition, again, completeLoads)).toEqual(memory)
      }
    }),
    { numRuns: numberOfPlans },
  )
})
