import { sql } from 'drizzle-orm'
import { dataQualityResults, etlBatches, ledgerSchema } from '../batch/ledger/ledger-tables.js'
import { VarveError } from '../error/varve-error.js'
import type { TableLike } from '../table/table-like.js'
import type { CheckContext, DataQualityCheck } from './check.js'
import { ruleTable, type RuleOptions, type RuleTable } from './rule-table.js'

/** By which share of the earlier count a table may grow or shrink; a direction that is left out is free. */
export interface CountShares {
  readonly up?: number
  readonly down?: number
}

/**
 * The number of rows has not changed by more than a share since the last successful batch that recorded it. The rule is about the table
 * as a whole: it counts no offending rows, and measures how many rows there are.
 *
 * **Details**
 *
 * `atMost: 0.1` allows a tenth more or less. The count is recorded under the rule's name with the results of each batch that commits, and a
 * run outside of a batch compares with it but records nothing. Where no count was recorded yet, or the table was empty, the rule passes.
 *
 * **Gotchas**
 *
 * Give the rule another name when its `where` changes, or it compares different things.
 *
 * @example
 * ```ts
 * rowCountChange(employees, { atMost: { up: 0.5, down: 0.1 } })
 * ```
 * @throws VarveError V1009 where no share is given, or one that is none.
 */
export function rowCountChange<T extends TableLike>(table: T, { atMost, ...options }: RuleOptions<T> & { readonly atMost: number | CountShares }): DataQualityCheck {
  const subject = ruleTable('row count change', table, [], options)
  const { up, down } = typeof atMost === 'number' ? { up: atMost, down: atMost } : atMost
  assertShares(subject, up, down)
  return {
    name: subject.name,
    severity: subject.severity,
    table: subject.label,
    run: async (context) => {
      const measured = await countRows(context, subject)
      const earlier = await lastCount(context, subject)
      const found = `${measured} ${measured === 1 ? 'row' : 'rows'}`
      if (earlier === undefined) return { passed: true, offending: 0, measured, message: `${found}; no earlier count to compare with`, samples: [] }
      if (earlier.count === 0) return { passed: true, offending: 0, measured, message: `${found}, and none in batch ${earlier.batchId}`, samples: [] }
      const change = (measured - earlier.count) / earlier.count
      const limit = change < 0 ? down : up
      const direction = change < 0 ? 'fewer' : 'more'
      const passed = limit === undefined || Math.abs(change) <= limit
      const difference = change === 0 ? 'as many as in' : `${percent(Math.abs(change))} ${direction} than the ${earlier.count} of`
      const allowed = passed ? '' : `; at most ${percent(limit)} ${direction} are allowed`
      return { passed, offending: 0, measured, message: `${found}, ${difference} batch ${earlier.batchId}${allowed}`, samples: [] }
    },
  }
}

function assertShares(subject: RuleTable, up: number | undefined, down: number | undefined): void {
  const shares = [up, down].filter((share) => share !== undefined)
  if (shares.length > 0 && shares.every((share) => share >= 0 && Number.isFinite(share))) return
  throw new VarveError('V1009', `The rule "row count change" of ${subject.label} allows ${up ?? 'any share'} up and ${down ?? 'any share'} down. Give a share of 0 or more for at least one direction, such as { atMost: { down: 0.1 } } for a tenth.`)
}

async function countRows({ session, phrases }: CheckContext, { spec, where }: RuleTable): Promise<number> {
  const alias = 'checked'
  const { rows } = await session.query<{ measured: bigint | number }>(
    sql`select ${phrases.countRows()} as measured from ${phrases.table(spec)} ${sql.identifier(alias)}${where ? sql` where ${where(phrases, alias)}` : sql``}`,
  )
  return Number(rows[0]?.measured)
}

async function lastCount({ session, phrases }: CheckContext, { name, label }: RuleTable): Promise<{ count: number; batchId: string } | undefined> {
  // A warehouse that no batch has loaded has no ledger.
  if (!(await session.introspect(ledgerSchema, dataQualityResults.spec.name))) return undefined
  const { rows } = await session.query<{ measured: bigint | number; batch_id: string }>(
    sql`select r.measured, r.batch_id from ${phrases.table(dataQualityResults.spec)} r join ${phrases.table(etlBatches.spec)} b on b.batch_id = r.batch_id
        where r.check_name = ${name} and r.table_name = ${label} and r.measured is not null and b.status in ('committed', 'succeeded')
        order by b.committed_at desc, r.batch_id desc ${phrases.firstRows(1)}`,
  )
  const [last] = rows
  return last && { count: Number(last.measured), batchId: last.batch_id }
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}
