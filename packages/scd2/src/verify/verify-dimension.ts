import { sql } from 'drizzle-orm'
import { etlBatches, rowReader, tableLabel } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { dimensionTurns } from '../dimension/load-tables.js'
import { formerColumns } from '../record/former-columns.js'
import { lastRecord } from '../record/last-record.js'
import { settledSource, type HistorySource, type SettledSource } from '../read/history-source.js'
import { historySpec } from '../read/history-spec.js'
import type { MemberKey } from '../read/member-key.js'
import { identityRules } from './identity-rules.js'
import { equalNeighbours, intervalRules } from './interval-rules.js'
import { lineageRules } from './lineage-rules.js'
import { columnList } from './version-list.js'
import { versionTable, type VerifyRule, type VerifyRuleName, type VersionTable } from './verify-rule.js'

/** A version that breaks a rule. */
export interface OffendingVersion<D extends DimensionDefinition = DimensionDefinition> {
  readonly key: MemberKey<D>
  readonly validFrom: string | null
  readonly validTo: string | null
}

/** A rule that some versions break. */
export interface VerifyFinding<D extends DimensionDefinition = DimensionDefinition> {
  readonly rule: VerifyRuleName
  /** How many versions break it, exactly. */
  readonly offending: number
  /** A sentence for people. */
  readonly message: string
  /** The first of them, by key and begin. */
  readonly samples: readonly OffendingVersion<D>[]
}

/** What the history of a dimension is worth. */
export interface Verification<D extends DimensionDefinition = DimensionDefinition> {
  readonly isSound: boolean
  /** The rules that were tried: those that the columns of the dimension allow. */
  readonly rules: readonly VerifyRuleName[]
  /** The rules that are broken. */
  readonly findings: readonly VerifyFinding<D>[]
}

/** How a dimension is verified. */
export interface VerifyOptions {
  /** How many offending versions of each rule are shown. @defaultValue 5 */
  readonly samples?: number
  /** The batch in whose transaction this runs: it has not ended, and its versions are right nevertheless. */
  readonly within?: string
}

/**
 * Checks that a stored history is one: no overlaps, no gaps in what must be there, one current version at most, flags that agree with
 * intervals, no two touching versions with the same tracked values, surrogate keys that are unique, and batches that the ledger knows.
 * It changes nothing, and runs one statement for each rule.
 *
 * **Details**
 *
 * Versions of a member that do not touch are no mistake: the member was deleted in between. What a dimension has no column for
 * is not checked; `rules` says what was.
 *
 * @example
 * ```ts
 * const { isSound, findings } = await verifyDimension(engine, definition)
 * for (const { message, samples } of findings) console.log(message, samples)
 * ```
 * @throws VarveError V3013 when the table is not there, or lacks a column.
 */
export async function verifyDimension<D extends DimensionDefinition>(source: HistorySource, definition: D, options: VerifyOptions = {}): Promise<Verification<D>> {
  const settled = settledSource(source)
  const versions = versionTable(definition, settled.phrases, historySpec(definition).columns)
  const rules = [...intervalRules(versions), ...identityRules(versions), ...lineageRules(versions, { exists: await hasLedger(settled, definition), within: options.within })]
  const findings: VerifyFinding<D>[] = []
  for (const rule of rules) {
    const found = await find<D>(settled, versions, rule, options.samples ?? 5)
    const finding = found?.rule === 'equal-neighbours' ? await findEqualStill<D>(settled, versions, found, options.samples ?? 5) : found
    if (finding) findings.push(finding)
  }
  return { isSound: findings.length === 0, rules: rules.map((rule) => rule.name), findings }
}

/** Versions that differ in a column which left the definition are not equal; that is looked at where it matters only. */
async function findEqualStill<D extends DimensionDefinition>(settled: SettledSource, versions: VersionTable, found: VerifyFinding<D>, samples: number): Promise<VerifyFinding<D> | undefined> {
  const { session, phrases } = settled
  const { definition } = versions
  const { schema, name } = dimensionTurns.spec
  if (!(await session.introspect(schema, name))) return found
  const former = await formerColumns(session, definition, await lastRecord(session, phrases, tableLabel(definition.table)))
  if (former.length === 0) return found
  const tracked = [...definition.tracked, ...former.map((column) => ({ ...column, property: column.name, notNull: false, identity: false }))]
  return find<D>(settled, versions, equalNeighbours({ ...versions, definition: { ...definition, tracked } }), samples)
}

async function hasLedger({ session }: SettledSource, { housekeeping }: DimensionDefinition): Promise<boolean> {
  if (housekeeping.openedBy === undefined && housekeeping.closedBy === undefined) return false
  const { schema, name } = etlBatches.spec
  return (await session.introspect(schema, name)) !== undefined
}

/** Count and samples in one statement: the count is that of all rows, whatever is cut off behind it. */
async function find<D extends DimensionDefinition>({ session }: SettledSource, versions: VersionTable, rule: VerifyRule, samples: number): Promise<VerifyFinding<D> | undefined> {
  const { definition, phrases, shown } = versions
  const list = columnList(phrases, 'found', shown)
  const { rows } = await session.query(
    sql`${rule.before ?? sql``} select ${list}, ${phrases.countRows()} over () as varve_offending from (${rule.offending}) found order by ${list} ${phrases.firstRows(Math.max(samples, 1))}`,
  )
  const [first] = rows
  if (!first) return undefined
  const offending = Number(first['varve_offending'])
  const read = rowReader({ spec: { ...historySpec(definition), columns: shown }, columns: {} })
  const offender = (row: Record<string, unknown>): OffendingVersion<D> => {
    const { validFrom, validTo, ...key } = read(row) as { validFrom: string | null; validTo: string | null } // the columns that are shown
    return { key, validFrom, validTo } // what is left is the key
  }
  return {
    rule: rule.name,
    offending,
    message: `${tableLabel(definition.table)}: ${offending === 1 ? `1 version ${rule.one}` : `${offending} versions ${rule.many}`}`,
    samples: rows.slice(0, samples).map(offender),
  }
}
