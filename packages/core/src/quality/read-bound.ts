import { VarveError } from '../error/varve-error.js'
import { typeText } from '../table/logical-type.js'
import type { ColumnSpec } from '../table/table-spec.js'
import { Rejection, valueReader } from '../table/value/value-reader.js'

/** The neutral text of a value that a rule compares a column with; refused where the column could not hold it. */
export function readBound(rule: string, label: string, column: ColumnSpec, value: unknown): string {
  const answer = value === null || value === undefined ? new Rejection('null', 'is no value') : valueReader(column.type)(value)
  if (!(answer instanceof Rejection)) return answer
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value)
  throw new VarveError('V1009', `The rule "${rule}" of ${label}: ${shown} ${answer.message}, and column "${column.name}" is ${typeText(column.type)}. Give a value that the column can hold.`, {
    context: { table: label, column: column.name },
  })
}
