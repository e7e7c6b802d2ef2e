import { closeSync, openSync, writeSync } from 'node:fs'

/** Row number `i` of ten columns, always the same. */
export const eventAt = (i) => ({
  id: i, name: `Name ${i}`, street: i % 9 === 0 ? null : `${i % 977} Long Street`, city: `City ${i % 311}`, points: i * 1009, price: `${i % 9999}.50`, ratio: (i % 1000) / 8, active: i % 3 === 0, born: '1990-01-01', updatedAt: '2024-01-01T10:00:00Z',
})

const forms = {
  ndjson: { head: '', line: (row) => `${JSON.stringify(row)}\n` },
  csv: { head: `${Object.keys(eventAt(0)).join(',')}\n`, line: (row) => `${Object.values(row).map((value) => value ?? '').join(',')}\n` },
}

/** Writes so many rows into a file of the form. */
export function writeEvents(path, form, rows) {
  const { head, line } = forms[form]
  const file = openSync(path, 'w')
  let text = head
  for (let i = 0; i < rows; i++) {
    text += line(eventAt(i))
    if (text.length >= 1024 * 1024) {
      writeSync(file, text)
      text = ''
    }
  }
  writeSync(file, text)
  closeSync(file)
}
