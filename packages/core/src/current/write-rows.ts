import { sql, type SQL } from 'drizzle-orm'
import { errorMessage } from '../error/error-message.js'
import { VarveError } from '../error/varve-error.js'
import type { Session } from '../engine/engine.js'
import { rowNumber } from '../stage/row-numbering.js'
import type { TableSpec } from '../table/table-spec.js'
import type { CurrentLoad } from './current-load.js'

/** A row that the database would not take. */
export interface RefusedRow {
  readonly rowNumber: number
  /** What the database said. */
  readonly message: string
  readonly row: Readonly<Record<string, unknown>>
}

/** What was written. */
export interface WrittenRows {
  readonly new: number
  readonly changed: number
  readonly refused: readonly RefusedRow[]
}

/** More than that are no bad rows, but a constraint that does not fit the source. */
const mostRefused = 1000
/** What a row can be to blame for: a constraint or a trigger that it does not pass, a value that does not fit. */
const blamesRow = new Set(['V3006', 'V3007'])

/**
 * Writes rows in one go; where the database refuses that because of a row, in halves, down to the row that is to blame. Each attempt is undone by
 * itself, so one bad row costs one row.
 *
 * @param write Writes the rows that meet a condition, and answers how many were new and changed.
 * @throws VarveError V2003 where more than a thousand are refused.
 */
export async function writeRows(load: CurrentLoad, from: TableSpec, write: (session: Session, within: SQL) => Promise<Pick<WrittenRows, 'new' | 'changed'>>): Promise<WrittenRows> {
  const { phrases, session } = load
  const number = load.column(rowNumber)
  const refused: RefusedRow[] = []
  let isIndexed = false

  const attempt = async (first: number, last: number): Promise<Pick<WrittenRows, 'new' | 'changed'>> => {
    try {
      return await session.savepoint((inner) => write(inner, sql`${number} >= ${first} and ${number} <= ${last}`))
    } catch (error) {
      if (!(error instanceof VarveError) || !blamesRow.has(error.code)) throw error
      if (first === last) return await refuse(first, error)
    }
    if (!isIndexed) {
      // Halves are looked up by their numbers: without an index each of them would read all rows.
      await session.change({ kind: 'add-index', table: from, index: { name: `${from.name}_row`, columns: [rowNumber.name], unique: false } })
      isIndexed = true
    }
    const middle = Math.floor((first + last) / 2)
    const [one, other] = [await attempt(first, middle), await attempt(middle + 1, last)]
    return { new: one.new + other.new, changed: one.changed + other.changed }
  }

  const refuse = async (row: number, error: VarveError): Promise<Pick<WrittenRows, 'new' | 'changed'>> => {
    const message = errorMessage(error.cause ?? error)
    if (refused.length >= mostRefused) {
      throw new VarveError('V2003', `${load.label}: the database refused more than ${mostRefused} rows, the last with: ${message}. Nothing was written. Look at its constraints and triggers: they do not fit what the source sends.`, { cause: error, context: { table: load.label } })
    }
    const [found] = await load.read(sql`select ${load.list(load.definition.staged)} from ${phrases.table(from)} where ${number} = ${row}`)
    refused.push({ rowNumber: row, message, row: found ?? {} })
    return { new: 0, changed: 0 }
  }

  const [span] = await load.read<{ first: unknown; last: unknown }>(sql`select min(${number}) as first, max(${number}) as last from ${phrases.table(from)}`)
  if (span?.first === null || span?.first === undefined) return { new: 0, changed: 0, refused }
  return { ...(await attempt(Number(span.first), Number(span.last))), refused }
}
