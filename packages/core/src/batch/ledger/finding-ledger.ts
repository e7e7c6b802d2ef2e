import type { Session } from '../../engine/engine.js'
import type { Quarantine, RowFinding } from '../../stage/quarantine.js'
import { rowEncoder } from '../../stage/row-encoder.js'
import type { RejectedRow } from '../../stage/rejected-row.js'
import { sentColumns } from '../../table/evolve.js'
import { internalError } from '../../error/internal-error.js'
import { redact } from '../../log/redact.js'
import { dataQualityIssues, dataQualityResults } from './ledger-tables.js'

/** Something a batch noticed. */
export interface Finding {
  /** What looked: `quarantine`, `mapping`, or the name of a check. */
  readonly check: string
  readonly severity: 'info' | 'warn' | 'error'
  readonly table?: string | undefined
  readonly column?: string | undefined
  readonly rowNumber?: number | undefined
  readonly reason?: string | undefined
  readonly message: string
  /** What offends, as it came. */
  readonly raw?: string | undefined
}

/** The result of one check of a batch. */
export interface CheckRecord {
  readonly check: string
  readonly table: string | undefined
  readonly severity: 'info' | 'warn' | 'error'
  readonly passed: boolean
  readonly offending: number
  readonly measured: number | undefined
  readonly message: string
}

const issueColumns = sentColumns(dataQualityIssues.spec)
const resultColumns = sentColumns(dataQualityResults.spec)
const encodeIssue = rowEncoder(issueColumns)
const encodeResult = rowEncoder(resultColumns)

/** Records findings in bulk: a million quarantined rows are as welcome as one. */
export async function recordFindings(session: Session, batchId: string, findings: readonly Finding[]): Promise<void> {
  const foundAt = new Date()
  const rows = findings.map(({ check, severity, table, column, rowNumber, reason, message, raw }) =>
    encoded(encodeIssue({ batchId, checkName: check, severity, tableName: table, columnName: column, rowNumber, reason, message: redact(message).slice(0, 10_000), raw, foundAt, resolvedAt: null })),
  )
  if (rows.length > 0) await session.bulkIn({ ...dataQualityIssues.spec, columns: issueColumns }, one(rows))
}

/** Records the results of checks. */
export async function recordResults(session: Session, batchId: string, results: readonly CheckRecord[]): Promise<void> {
  const checkedAt = new Date()
  const rows = results.map(({ check, table, severity, passed, offending, measured, message }) => encoded(encodeResult({ batchId, checkName: check, tableName: table, severity, passed, offending, measured, message, checkedAt })))
  if (rows.length > 0) await session.bulkIn({ ...dataQualityResults.spec, columns: resultColumns }, one(rows))
}

/** A quarantine that keeps its rows in the ledger. */
export function ledgerQuarantine(session: Session, batchId: string, table: string): Quarantine {
  return rowFindings(table, (findings) => recordFindings(session, batchId, findings))
}

/** A quarantine that makes findings of rows. */
export function rowFindings(table: string, record: (findings: readonly Finding[]) => Promise<void>): Quarantine {
  return {
    reject: (rows: readonly RejectedRow[]) =>
      record(rows.map(({ rowNumber, reason, column, message, raw }): Finding => ({ check: 'quarantine', severity: 'error', table, column, rowNumber, reason, message, raw }))),
    find: (rows: readonly RowFinding[]) =>
      record(rows.map(({ rowNumber, severity, column, message, raw }): Finding => ({ check: 'mapping', severity, table, column, rowNumber, message, raw }))),
  }
}

function encoded(answer: ReturnType<typeof encodeIssue>) {
  if ('reason' in answer) throw internalError(`a finding cannot be recorded: ${answer.message}`)
  return answer
}

async function* one<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield await Promise.resolve(rows)
}
