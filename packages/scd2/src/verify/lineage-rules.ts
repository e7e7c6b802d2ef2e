import { sql, type SQL } from 'drizzle-orm'
import { etlBatches } from '@varve/core'
import { columnList, sameMember } from './version-list.js'
import type { VerifyRule, VersionTable } from './verify-rule.js'

/** What the rules of lineage know of the ledger. */
export interface LedgerView {
  readonly exists: boolean
  /** A batch that has not ended, and whose versions are its own to show: the one that asks. */
  readonly within: string | undefined
}

/** The rules of H14: every version knows the batch that opened it, and every closed one the batch that closed it. */
export function lineageRules(versions: VersionTable, ledger: LedgerView): VerifyRule[] {
  const { definition: { housekeeping: { openedBy, closedBy }, key }, phrases, table, shown, interval } = versions
  const rules: VerifyRule[] = []
  const { batches, isUnknown } = knownBatches(versions, ledger)
  const join = (column: SQL) => sql`left join varve_known on varve_known.batch_id = ${column}`
  if (openedBy !== undefined) {
    const opener = phrases.column(openedBy, 'v')
    rules.push({
      name: 'opened-by',
      one: 'was opened by no batch that the ledger knows to have succeeded',
      many: 'were opened by no batch that the ledger knows to have succeeded',
      before: batches,
      offending: sql`select ${columnList(phrases, 'v', shown)} from ${table} v ${join(opener)} where ${isUnknown}`,
    })
  }
  if (closedBy !== undefined) {
    const closer = phrases.column(closedBy, 'v')
    const { isOpen } = interval('v')
    rules.push({
      name: 'closed-by',
      one: 'is closed by no batch that the ledger knows to have succeeded, or is open and has one',
      many: 'are closed by no batch that the ledger knows to have succeeded, or are open and have one',
      before: batches,
      offending: sql`select ${columnList(phrases, 'v', shown)} from ${table} v ${join(closer)} where (${isOpen} and ${closer} is not null) or (case when ${isOpen} then 1 else 0 end = 0 and ${isUnknown})`,
    })
  }
  if (openedBy !== undefined && closedBy !== undefined) {
    rules.push({
      name: 'hand-over',
      one: 'was opened by another batch than the one that closed the version before it',
      many: 'were opened by another batch than the one that closed the version before them',
      offending: sql`select ${columnList(phrases, 'v', shown)} from ${table} v join ${table} earlier on ${sameMember(phrases, key, 'earlier', 'v')} and ${interval('earlier').end} = ${interval('v').begin}
        where ${interval('earlier').begin} < ${interval('v').begin} and not (${phrases.same(phrases.column(closedBy, 'earlier'), phrases.column(openedBy, 'v'))})`,
    })
  }
  return rules
}

/** The batches that versions may come from, once, and how a version shows that it comes from none. */
function knownBatches({ phrases }: VersionTable, { exists, within }: LedgerView): { readonly batches: SQL; readonly isUnknown: SQL } {
  const uuid = { kind: 'uuid' } as const
  const asking = within === undefined ? sql`` : sql` or b.batch_id = ${phrases.cast(sql`${within}`, uuid)}`
  const query = exists
    ? sql`select b.batch_id from ${phrases.table(etlBatches.spec)} b where b.status in (${'committed'}, ${'succeeded'})${asking}`
    : sql`select ${phrases.cast(sql`null`, uuid)} as batch_id`
  return { batches: phrases.computedOnce('varve_known', query), isUnknown: sql`varve_known.batch_id is null` }
}

