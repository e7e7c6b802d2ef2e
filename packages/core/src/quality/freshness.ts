import { sql } from 'drizzle-orm'
import type { KeyOf, TableLike } from '../table/table-like.js'
import { valueReader } from '../table/value/value-reader.js'
import type { CheckContext, DataQualityCheck } from './check.js'
import { durationMs, durationText, type Duration } from './duration.js'
import { assertKind, ruleTable, type RuleOptions } from './rule-table.js'

/**
 * The newest instant in the column is not older than `within`, by the engine's clock. The rule is about the table as a whole: it counts
 * no rows, and measures the age of the newest instant in seconds.
 *
 * **Details**
 *
 * NULL and instants that lie ahead are not looked at, so that one row with a wrong date cannot make a table look fresh for ever. A day counts from
 * its midnight in UTC. A table without an instant, such as an empty one, is not fresh.
 *
 * @example
 * ```ts
 * freshness(tickets, 'updatedAt', { within: { hours: 6 }, severity: 'warn' })
 * ```
 * @throws VarveError V1009 for a column that holds no instants, and for a duration that is none.
 */
export function freshness<T extends TableLike>(table: T, column: KeyOf<T>, { within, ...options }: RuleOptions<T> & { readonly within: Duration }): DataQualityCheck {
  const subject = ruleTable('freshness', table, [column], options)
  const [spec] = subject.columns
  assertKind('freshness', subject.label, spec, ['timestamp', 'date'])
  const allowedMs = durationMs(within)
  const alias = 'checked'
  return {
    name: subject.name,
    severity: subject.severity,
    table: subject.label,
    run: async ({ session, phrases }) => {
      const now = await engineClock({ session, phrases })
      const instant = phrases.column(spec.name, alias)
      const reached = sql`${instant} <= ${phrases.cast(sql`${spec.type.kind === 'date' ? now.slice(0, 10) : now}`, spec.type)}`
      const where = subject.where ? sql`(${subject.where(phrases, alias)}) and ${reached}` : reached
      const { rows } = await session.query<{ newest: string | null }>(sql`select max(${instant}) as newest from ${phrases.table(subject.spec)} ${sql.identifier(alias)} where ${where}`)
      const newest = rows[0]?.newest ?? undefined
      const allowed = `at most ${durationText(allowedMs)} are allowed`
      const among = subject.where ? ' among the rows that the rule is for' : ''
      if (newest === undefined) return { passed: false, offending: 0, message: `there is no "${spec.name}" up to now${among}; ${allowed}`, samples: [] }
      const ageMs = Date.parse(now) - Date.parse(String(readInstant(newest)))
      // What is no instant to us, such as an infinity, is never fresh.
      const passed = ageMs <= allowedMs
      const measured = Number.isNaN(ageMs) ? undefined : Math.floor(ageMs / 1000)
      const age = measured === undefined ? '' : `, ${durationText(ageMs)} ago`
      return { passed, offending: 0, measured, message: `the newest "${spec.name}"${among} is ${newest}${age}; ${allowed}`, samples: [] }
    },
  }
}

const readInstant = valueReader({ kind: 'timestamp' })

async function engineClock({ session, phrases }: CheckContext): Promise<string> {
  const { rows } = await session.query<{ now: string }>(sql`select ${phrases.now()} as now`)
  return String(readInstant(rows[0]?.now))
}
