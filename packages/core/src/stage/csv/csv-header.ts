import { VarveError } from '../../error/varve-error.js'
import { sentColumns } from '../../table/evolve.js'
import { tableLabel, type ColumnSpec, type TableSpec } from '../../table/table-spec.js'

/** The first line of a CSV. */
export interface CsvHeader {
  readonly names: readonly string[]
  /** Whether lines end in CR LF. */
  readonly crlf: boolean
}

/**
 * The columns that a header names, in its order; nothing for a field that is to be ignored. Where a name is wrong the file is
 * refused whole, since every row would be.
 */
export function headerColumns(names: readonly string[], table: TableSpec, ignore: readonly string[] = []): readonly (ColumnSpec | undefined)[] {
  const known = sentColumns(table)
  const columns = names.map((name) => known.find((column) => column.name === name || column.property === name))
  const problems = names.filter((name, at) => columns[at] === undefined && !ignore.includes(name)).map((name) => `"${name}" is no column of the table`)
  for (const column of known) {
    const times = columns.filter((one) => one === column).length
    if (times > 1) problems.push(`"${column.name}" stands there twice`)
    if (times === 0 && column.notNull && !column.default) problems.push(`"${column.name}" is missing, and it is not null`)
  }
  if (problems.length > 0) {
    throw new VarveError('V2004', `The header of the CSV does not fit table ${tableLabel(table)}: ${problems.join('; ')}. Its columns are ${known.map((column) => column.name).join(', ')}. Nothing was loaded.`, { context: { problems } })
  }
  return columns
}

/** Refuses a header that names two fields alike: one of them would be lost. */
export function refuseTwins(names: readonly string[]): void {
  const twins = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))]
  if (twins.length === 0) return
  throw new VarveError('V2004', `The header of the CSV names ${twins.map((name) => `"${name}"`).join(', ')} twice, so one of the fields would be lost. Nothing was loaded; give every field a name of its own.`, { context: { twins } })
}
