import { CellError } from './cell-error.js'
import { dateText } from './date-formats.js'
import { Workbook } from './open-workbook.js'
import { readWorkbookFacts, type WorkbookFacts } from './workbook-facts.js'
import { xmlEvents } from './xml-events.js'

/** What a cell holds: days and times as what the clocks showed, without a zone. */
export type CellValue = string | number | boolean | null | CellError

/**
 * The rows of the first sheet of an XLSX file, while it is unpacked: the first row that has anything in it names the columns. Empty rows are left out; a
 * column without a name is not read.
 *
 * @example
 * ```ts
 * for await (const row of sheetRows('tickets.xlsx')) console.log(row['TKT-Ticket ID'])
 * ```
 * @throws VarveError V1006 when the file is no such spreadsheet, or a broken one.
 */
export async function* sheetRows(path: string): AsyncGenerator<Readonly<Record<string, CellValue>>> {
  await using workbook = await Workbook.open(path)
  const facts = await readWorkbookFacts(workbook)
  let header: readonly (string | undefined)[] | undefined
  for await (const cells of cellRows(workbook, facts)) {
    if (cells.every((cell) => cell === null || cell === undefined)) continue
    if (header) yield Object.fromEntries(header.flatMap((name, at) => (name === undefined ? [] : [[name, cells[at] ?? null]])))
    else header = Array.from(cells, (cell) => (cell === null || cell === undefined ? undefined : String(cell).trim() || undefined))
  }
}

type Cells = (CellValue | undefined)[]

async function* cellRows(workbook: Workbook, facts: WorkbookFacts): AsyncGenerator<Cells> {
  let rows: Cells[] = []
  let cells: Cells = []
  let cell = { at: 0, type: '', style: 0 }
  let text = ''
  let isValue = false
  const events = xmlEvents(await workbook.read(facts.sheet), facts.sheet, {
    open: (name, attributes) => {
      if (name === 'row') cells = []
      else if (name === 'c') {
        cell = { at: columnOf(attributes['r']) ?? cells.length, type: attributes['t'] ?? 'n', style: Number(attributes['s'] ?? 0) }
        text = ''
      }
      isValue = name === 'v' || name === 't'
    },
    text: (found) => {
      if (isValue) text += found
    },
    close: (name) => {
      if (name === 'c') cells[cell.at] = cellValue(cell, text, facts)
      else if (name === 'row') rows.push(cells)
      isValue = false
    },
  })
  for await (const _piece of events) {
    yield* rows
    rows = []
  }
}

function cellValue({ type, style }: { readonly type: string; readonly style: number }, text: string, { texts, dateForms, since1904 }: WorkbookFacts): CellValue {
  if (text === '') return null
  switch (type) {
    case 's':
      return texts[Number(text)] ?? null
    case 'b':
      return text === '1'
    case 'n': {
      const form = dateForms[style]
      return form === undefined ? Number(text) : dateText(Number(text), form, since1904)
    }
    case 'e':
      return new CellError(text)
    default:
      // Texts of their own, of formulas, and days in ISO form.
      return text
  }
}

/** The place of a column by the letters of a cell's address, from 0: `AB7` is 27. */
function columnOf(address: string | undefined): number | undefined {
  const [letters] = /^[A-Z]+/.exec(address ?? '') ?? []
  if (letters === undefined) return undefined
  let number = 0
  for (const letter of letters) number = number * 26 + letter.charCodeAt(0) - 64
  return number - 1
}
