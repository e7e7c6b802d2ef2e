import fc from 'fast-check'
import { t, table } from '@varve/core'
import { dimensionDefinition, guards, load, remove, type DimensionDefinition, type Load } from '../src/index.ts'

/** A row by small numbers; `instant` of a deletion is null where the source does not tell it. */
export interface PlannedRow {
  readonly isDelete: boolean
  readonly key: number
  readonly instant: number | null
  /** Tracked, tracked, overwrite, fixed, ignored: places in {@link valueTexts}; 0 is NULL. */
  readonly values: readonly number[]
  readonly spelling: number
}

/** A load by small numbers. */
export interface PlannedLoad {
  readonly at: number
  readonly isComplete: boolean
  readonly rows: readonly PlannedRow[]
}

/** A definition and loads for it, so small that collisions of every kind are common. */
export interface Plan {
  readonly hasSequence: boolean
  readonly isCompound: boolean
  readonly deletes: 'ignore' | 'close'
  readonly conflict: 'keep' | 'replace'
  readonly overwriteScope: 'version' | 'member'
  readonly loads: readonly PlannedLoad[]
}

export const keyCount = 4
export const instantCount = 14

/** Around a change to daylight saving time in Europe, every other one a microsecond after the hour. */
export function instantText(instant: number, spelling = 0): string | Date {
  const hour = (instant >> 1) - 2
  const stamp = (offset: number) => {
    const shifted = new Date(Date.UTC(2025, 2, 30, hour + offset)).toISOString().slice(0, 19)
    return instant % 2 === 0 ? shifted : `${shifted}.000001`
  }
  if (spelling % 6 === 1) return `${stamp(2)}+02:00`
  if (spelling % 6 === 2) return stamp(0).replace('T', ' ')
  if (spelling % 6 === 3) return `${stamp(-5)}-0500`
  if (spelling % 6 === 4) return instant % 2 === 0 ? new Date(`${stamp(0)}Z`) : `${stamp(0)}000Z`
  if (spelling % 6 === 5) return `${stamp(1)}+01`
  return `${stamp(0)}Z`
}

const spellings: readonly (readonly (readonly unknown[])[])[] = [
  [[null, undefined], [''], ['x']],
  [[null, undefined], ['1', '1.0', 1, '10e-1'], ['10.50', 10.5, '010.5']],
  [[null, undefined], ['p'], ['']],
  [[null, undefined], ['f'], ['g']],
  [[null, undefined], [{ a: 1, b: [2] }, { b: [2.0], a: 1 }], [[1, 2]]],
]

/** The texts that stand for the planned values in a version. */
export const valueTexts: readonly (readonly (string | null)[])[] = [[null, '', 'x'], [null, '1.00', '10.50'], [null, 'p', ''], [null, 'f', 'g'], [null, '{"a":1,"b":[2]}', '[1,2]']]

const compoundKeys = [['a|b', 'c'], ['a', 'b|c'], ['', 'a,b'], ['"', '']]

/** The key of a member by its properties, as texts. */
export function keyTexts(plan: Pick<Plan, 'isCompound'>, key: number): Record<string, string> {
  const [one, other] = compoundKeys[key] as [string, string]
  return plan.isCompound ? { one, other } : { id: String(key) }
}

const columns = { a: t.text(), b: t.decimal(10, 2), o: t.text(), f: t.text(), g: t.json() }
const keys = { one: t.text().notNull(), other: t.text().notNull() }
const roles = { overwrite: ['o'], fixed: ['f'], ignore: ['g'] } as const

const definitions = new Map<string, DimensionDefinition>()

/** The definition of a plan; the same one for the same choices. */
export function definitionOf(plan: Plan): DimensionDefinition {
  const name = JSON.stringify({ ...plan, loads: [] })
  const definition = definitions.get(name) ?? newDefinition(plan)
  definitions.set(name, definition)
  return definition
}

function newDefinition({ hasSequence, isCompound, deletes, conflict, overwriteScope }: Plan): DimensionDefinition {
  const choices = { ...roles, deletes, conflict, overwriteScope }
  const at = t.timestamp().notNull()
  if (isCompound) {
    return hasSequence
      ? dimensionDefinition(table('dim', { ...keys, ...columns, at }), { ...choices, key: ['one', 'other'], sequence: 'at' })
      : dimensionDefinition(table('dim', { ...keys, ...columns }), { ...choices, key: ['one', 'other'] })
  }
  return hasSequence
    ? dimensionDefinition(table('dim', { id: t.integer().notNull(), ...columns, at }), { ...choices, key: ['id'], sequence: 'at' })
    : dimensionDefinition(table('dim', { id: t.integer().notNull(), ...columns }), { ...choices, key: ['id'] })
}

/** A planned load in words; every guard lets it pass. */
export function loadOf(plan: Plan, planned: PlannedLoad, batch?: string): Load {
  const rows = planned.rows.map((row) => {
    const key = keyTexts(plan, row.key)
    const sequence = plan.hasSequence && row.instant !== null ? { at: instantText(row.instant, row.spelling) } : {}
    if (row.isDelete) return remove({ ...key, ...sequence })
    const fields = ['a', 'b', 'o', 'f', 'g'].map((name, index) => {
      const ways = spellings[index]?.[row.values[index] ?? 0] ?? []
      return [name, ways[row.spelling % ways.length]] as const
    })
    return { ...key, ...Object.fromEntries(fields), ...sequence }
  })
  return load(instantText(planned.at), rows, { complete: planned.isComplete, allow: guards, ...(batch === undefined ? {} : { batch }) })
}

/** The instant of a planned row. */
export function instantOf(plan: Pick<Plan, 'hasSequence'>, planned: PlannedLoad, row: PlannedRow): number {
  return plan.hasSequence && row.instant !== null ? row.instant : planned.at
}

const small = (max: number) => fc.integer({ min: 0, max })

const plannedRow = fc.record({
  isDelete: fc.integer({ min: 0, max: 4 }).map((n) => n === 4),
  key: small(keyCount - 1),
  instant: fc.option(small(instantCount - 1), { freq: 3 }),
  values: fc.tuple(small(2), small(1), small(2), small(2), small(2)),
  spelling: small(5),
})

const plannedLoad = fc.record({ at: small(instantCount - 1), isComplete: fc.boolean(), rows: fc.array(plannedRow, { maxLength: 6 }) })

const choices = {
  hasSequence: fc.boolean(),
  isCompound: fc.boolean(),
  deletes: fc.constantFrom('close', 'ignore'),
  conflict: fc.constantFrom('keep', 'replace'),
  overwriteScope: fc.constantFrom('version', 'version', 'member'),
} as const

/** Drops what would refuse the load: an upsert always has an instant, and no two rows of a load speak of one member at one instant. */
function tidied(plan: Plan): Plan {
  const loads = plan.loads.map((planned) => {
    const seen = new Set<string>()
    const rows = planned.rows.flatMap((given) => {
      const row = given.isDelete || given.instant !== null ? given : { ...given, instant: 0 }
      const identity = JSON.stringify([row.isDelete, row.key, instantOf(plan, planned, row), plan.hasSequence && row.instant === null])
      if (seen.has(identity)) return []
      seen.add(identity)
      return [row]
    })
    return { ...planned, rows }
  })
  return { ...plan, loads }
}

/** Any loads: late, repeated, contradicting each other, complete or partial, in any order of their instants. */
export const anyPlan: fc.Arbitrary<Plan> = fc.record({ ...choices, loads: fc.array(plannedLoad, { maxLength: 7 }) }).map(tidied)

/** Loads that never contradict each other: values are told by member and instant, and there is one complete load for an instant at most. */
export const agreeingPlan: fc.Arbitrary<Plan> = fc
  .record({
    ...choices,
    loads: fc.array(plannedLoad, { maxLength: 6 }),
    told: fc.array(fc.tuple(small(2), small(1), small(2), small(2), small(2)), { minLength: keyCount * instantCount, maxLength: keyCount * instantCount }),
  })
  .map(({ told, ...plan }) => {
    const completed = new Set<number>()
    const loads = tidied(plan).loads.map((planned) => {
      const isComplete = planned.isComplete && !completed.has(planned.at)
      if (isComplete) completed.add(planned.at)
      return { ...planned, isComplete, rows: planned.rows.map((row) => ({ ...row, values: told[row.key * instantCount + instantOf(plan, planned, row)] ?? [] })) }
    })
    return { ...plan, loads }
  })
