import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalJson, t, table } from '@varve/core'
import { describeEngines } from '../../../test-support/engines.ts'
import { diffBetween, dimensionDefinition, readAsOf, readBetween, readCurrent, readHistory, verifyDimension } from '../src/index.ts'
import { storeVersions } from './stored-versions.ts'

const runs = Number(process.env['VARVE_PROPERTY_RUNS'] ?? 60)

const columns = { region: t.text().notNull(), id: t.integer().notNull(), name: t.text(), price: t.decimal(10, 2), tags: t.json<unknown>(), email: t.text() }
const definitions = {
  'an open end that is NULL': dimensionDefinition(table('dim_open', columns), { key: ['region', 'id'], overwrite: ['email'], housekeeping: { isCurrent: 'is_current' } }),
  'a high date': dimensionDefinition(table('dim_dated', columns), { key: ['region', 'id'], overwrite: ['email'], openEnd: '9999-12-31', housekeeping: { isCurrent: 'is_current' } }),
}

// Instants that are close to each other: whole seconds, milliseconds and microseconds around one midnight.
const ticks = 12
const instants = ['2025-03-29T23:59:59Z', '2025-03-29T23:59:59.999Z', '2025-03-29T23:59:59.999999Z', '2025-03-30T00:00:00Z', '2025-03-30T00:00:00.000001Z', '2025-03-30T00:00:00.000999Z', '2025-03-30T00:00:00.001Z', '2025-03-30T00:00:00.500Z', '2025-03-30T00:59:59.999999Z', '2025-03-30T01:00:00Z', '2025-03-30T02:00:00Z', '2025-03-30T03:00:00.100001Z'] as const

interface Values {
  readonly name: string | null
  readonly price: string | null
  readonly tags: unknown
  readonly email: string | null
}

interface Version extends Values {
  readonly region: string
  readonly id: number
  readonly validFrom: string
  readonly validTo: string | null
  readonly isCurrent: boolean
}

const values: fc.Arbitrary<Values> = fc.record({
  name: fc.constantFrom(null, '', 'a', 'A', "o'b"),
  price: fc.constantFrom(null, '0.00', '10.50', '-1.00'),
  tags: fc.constantFrom<unknown[]>(null, {}, [], { a: 1, b: null }, { b: null, a: 1 }, 'x'),
  email: fc.constantFrom(null, 'x', 'y'),
})

/** What a member is from each tick on: one of a few values, so that they come again, or away. Equal neighbours are one version, as in a sound history. */
const memberStates = fc.tuple(fc.array(values, { minLength: 1, maxLength: 3 }), fc.array(fc.nat(3), { minLength: ticks, maxLength: ticks })).map(([palette, states]) => states.map((state) => palette[state]))
const memberKey = fc.record({ region: fc.constantFrom('a', 'a|b', '', 'A'), id: fc.integer({ min: 1, max: 3 }) })
const histories = fc.uniqueArray(fc.tuple(memberKey, memberStates), { selector: ([{ region, id }]) => JSON.stringify([region, id]), maxLength: 8 })

function versionsOf(of: { readonly region: string; readonly id: number }, states: readonly (Values | undefined)[]): Version[] {
  const versions: Version[] = []
  let begin = 0
  for (let tick = 1; tick <= ticks; tick++) {
    const held = states[begin]
    if (tick < ticks && sameTracked(held, states[tick])) continue
    if (held) versions.push({ ...of, ...held, validFrom: instants[begin] as string, validTo: tick === ticks ? null : (instants[tick] as string), isCurrent: tick === ticks })
    begin = tick
  }
  return versions
}

const tracked = ['name', 'price', 'tags'] as const
const text = (value: unknown) => canonicalJson(JSON.stringify(value))

function sameTracked(one: Values | undefined, other: Values | undefined): boolean {
  if (!one || !other) return one === other
  return tracked.every((column) => text(one[column]) === text(other[column]))
}

// By code units, as the engines of the tests sort text.
const inOrder = (one: Version, other: Version) => (one.region < other.region ? -1 : one.region > other.region ? 1 : one.id - other.id || (one.validFrom.slice(0, -1) < other.validFrom.slice(0, -1) ? -1 : 1))
const before = (one: string, other: string) => one.slice(0, -1) < other.slice(0, -1)
const heldAt = (versions: readonly Version[], at: string) => versions.filter(({ validFrom, validTo }) => !before(at, validFrom) && (validTo === null || before(at, validTo)))

function naiveDiff(one: readonly Version[], other: readonly Version[]): object[] {
  const member = ({ region, id }: Version) => JSON.stringify([region, id])
  const all = [...new Map([...one, ...other].toSorted(inOrder).map((version) => [member(version), version])).keys()]
  return all.flatMap((id): object[] => {
    const [old, now] = [one, other].map((side) => side.find((version) => member(version) === id))
    const key = { region: (old ?? now)?.region, id: (old ?? now)?.id }
    if (!now) return [{ kind: 'left', key, before: old }]
    if (!old) return [{ kind: 'appeared', key, after: now }]
    const changed = [...tracked, 'email' as const].filter((column) => text(old[column]) !== text(now[column]))
    return changed.length === 0 ? [] : [{ kind: 'changed', key, before: old, after: now, columns: Object.fromEntries(changed.map((column) => [column, { before: old[column], after: now[column] }])) }]
  })
}

describeEngines('readings of random histories', (context) => {
  for (const [title, definition] of Object.entries(definitions)) {
    it(`are what a naive evaluation says, with ${title}`, async () => {
      const { engine } = context
      await storeVersions(engine, definition, [])
      await fc.assert(
        fc.asyncProperty(histories, fc.nat(ticks - 1), fc.nat(ticks - 1), async (members, one, other) => {
          const versions = members.flatMap(([key, states]) => versionsOf(key, states)).toSorted(inOrder)
          await engine.query(sql`delete from ${engine.phrases.table(definition.table)}`)
          await storeVersions(engine, definition, versions.map((version) => ({ ...version, validTo: version.validTo ?? definition.openEnd })))
          const [a, b] = [instants[one] as string, instants[other] as string]

          expect(await readCurrent(engine, definition)).toEqual(versions.filter((version) => version.validTo === null))
          expect(await readAsOf(engine, definition, a)).toEqual(heldAt(versions, a))
          expect(await diffBetween(engine, definition, a, b)).toEqual(naiveDiff(heldAt(versions, a), heldAt(versions, b)))
          if (one < other) expect(await readBetween(engine, definition, a, b)).toEqual(versions.filter(({ validFrom, validTo }) => before(validFrom, b) && (validTo === null || before(a, validTo))))
          for (const [{ region, id }] of members.slice(0, 1)) expect(await readHistory(engine, definition, { region, id })).toEqual(versions.filter((version) => version.region === region && version.id === id))
          expect(await verifyDimension(engine, definition)).toMatchObject({ isSound: true, findings: [] })
        }),
        { numRuns: runs },
      )
    }, 60_000 + runs * 500)
  }
})
