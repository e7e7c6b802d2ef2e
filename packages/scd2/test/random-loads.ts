import fc from 'fast-check'
import { t, table } from '@varve/core'
import { resolveDefinition } from '../src/definition/dimension-definition.ts'
import { defaultHousekeeping, guards, load, remove, type DimensionDefinition, type Load } from '../src/index.ts'

/** A row by small numbers; `instant` of a deletion is null where the source does not tell it. */
export interface PlannedRow {
  readonly isDelete: boolean
  readonly key: number
  readonly instant: number | null
  /** Tracked, tracked, overwrite, fixed, ignored: places in {@link valueTexts}; 0 is NULL. */
  readonly values: readonly number[]
  readonly spelling: number
  /** What makes the row unreadable, if anything: NULL in the key or the sequence, or a value that its column cannot hold. */
  readonly fault?: 'key' | 'sequence' | 'value' | undefined
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
  /** The housekeeping columns: the usual ones, the interval alone, or all there are. */
  readonly housekeeping?: 'usual' | 'bare' | 'full'
  /** Whether an open end is a high date. */
  readonly isDated?: boolean
  /** How many loads come before the dimension gets its column "b". */
  readonly grownAt?: number
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
  [[null, undefined], [''], ['\\N']],
  [[null, undefined], ['1', '1.0', 1, '10e-1'], ['10.50', 10.5, '010.5']],
  [[null, undefined], ['p'], ['']],
  [[null, undefined], ['f'], ['g']],
  [[null, undefined], [{ a: 1, b: [2] }, { b: [2.0], a: 1 }], [[1, 2]]],
]

/** The texts that stand for the planned values in a version. */
export const valueTexts: readonly (readonly (string | null)[])[] = [[null, '', '\\N'], [null, '1.00', '10.50'], [null, 'p', ''], [null, 'f', 'g'], [null, '{"a":1,"b":[2]}', '[1,2]']]

const compoundKeys = [['a|b', 'c'], ['a', 'b|c'], ['', '"a,\tb\\N'], ['\\N', "'\r\n"]]

/** The key of a member by its properties, as texts. */
export function keyTexts(plan: Pick<Plan, 'isCompound'>, key: number): Record<string, string> {
  const [one, other] = compoundKeys[key] as [string, string]
  return plan.isCompound ? { one, other } : { id: String(key) }
}

// Roles in an order of their own, so that no two places can be mistaken for each other.
const columns = { f: t.text(), o: t.text(), a: t.text(), g: t.json(), b: t.decimal(10, 2) }
const keys = { one: t.text().notNull(), other: t.text().notNull() }
const roles = { overwrite: ['o'], fixed: ['f'], ignore: ['g'] } as const

const highDate = '9999-12-31'
const housekeepings = {
  usual: defaultHousekeeping,
  bare: {},
  full: { ...defaultHousekeeping, createdAt: 'made_at', updatedAt: 'written_at', recordHash: 'record_hash', recordSource: { name: 'record_source', value: 'test' } },
} as const

const definitions = new Map<string, DimensionDefinition>()

/** The definition of a plan, at its end or before a column was added; the same one for the same choices. */
export function definitionOf(plan: Plan, isNarrow = false): DimensionDefinition {
  const name = JSON.stringify({ ...plan, loads: [], grownAt: isNarrow })
  const definition = definitions.get(name) ?? newDefinition(plan, isNarrow)
  definitions.set(name, definition)
  return definition
}

function newDefinition({ hasSequence, isCompound, deletes, conflict, overwriteScope, housekeeping = 'usual', isDated = false }: Plan, isNarrow: boolean): DimensionDefinition {
  const { b, ...others } = columns
  const declared = table('dim', { ...(isCompound ? keys : { id: t.integer().notNull() }), ...(isNarrow ? others : { ...others, b }), ...(hasSequence ? { at: t.timestamp().notNull() } : {}) })
  return resolveDefinition(declared, {
    ...roles, key: isCompound ? ['other', 'one'] : ['id'], sequence: hasSequence ? 'at' : null, deletes, conflict, overwriteScope, housekeeping: housekeepings[housekeeping], openEnd: isDated ? highDate : null,
  })
}

/** A planned load in words; every guard lets it pass. */
export function loadOf(plan: Plan, planned: PlannedLoad, batch?: string, isNarrow = false): Load {
  const rows = planned.rows.map((row) => {
    const known = keyTexts(plan, row.key)
    const key = row.fault === 'key' ? { ...known, [Object.keys(known).at(-1) as string]: null } : known // a key has a column
    const sequence = plan.hasSequence && row.instant !== null ? { at: instantText(row.instant, row.spelling) } : {}
    if (row.isDelete) return remove({ ...key, ...sequence })
    const fields = ['a', 'b', 'o', 'f', 'g'].flatMap((name, index) => {
      const ways = spellings[index]?.[row.values[index] ?? 0] ?? []
      return isNarrow && name === 'b' ? [] : [[name, ways[row.spelling % ways.length]] as const]
    })
    const fault = row.fault === 'sequence' && plan.hasSequence ? { at: null } : row.fault === 'value' && !isNarrow ? { b: 'much' } : {}
    return { ...key, ...Object.fromEntries(fields), ...sequence, ...fault }
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

type Fault = PlannedRow['fault']
const faults: readonly Fault[] = ['key', 'sequence', 'value']

/**
 * The same loads as an engine may meet them: with rows that cannot be read here and there, a column that comes on the way, any
 * housekeeping, and an open end that is a date.
 */
export function asDelivered(plans: fc.Arbitrary<Plan>): fc.Arbitrary<Plan> {
  return fc
    .record({ plan: plans, housekeeping: fc.constantFrom('usual', 'usual', 'usual', 'bare', 'full'), isDated: fc.integer({ min: 0, max: 3 }).map((n) => n === 3), grownAt: fc.integer({ min: -4, max: 3 }), faults: fc.array(small(23), { minLength: 1, maxLength: 9 }) })
    .map(({ plan, faults: dice, grownAt, ...shape }) => {
      let row = 0
      const loads = plan.loads.map((planned) => ({ ...planned, rows: planned.rows.map((one) => ({ ...one, fault: faults[dice[(row += 1) % dice.length] as number] })) }))
      return { ...plan, ...shape, grownAt: Math.max(0, grownAt), loads }
    })
}
