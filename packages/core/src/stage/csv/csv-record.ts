/** The fields of one record: their text, and `null` for a field that is empty without quotes. */
export type CsvFields = (string | null)[]

/**
 * Reads one record of CSV (RFC 4180), or answers what is wrong with it. A quote opens only at the start of a field and
 * is doubled inside of one.
 */
export function csvRecord(text: string, delimiter: string): CsvFields | { readonly problem: string } {
  const fields: CsvFields = []
  let at = 0
  for (;;) {
    if (text[at] === '"') {
      let value = ''
      for (;;) {
        const close = text.indexOf('"', at + 1)
        if (close < 0) return { problem: 'a quote is opened and never closed' }
        value += text.slice(at + 1, close)
        at = close + 1
        if (text[at] !== '"') break
        value += '"'
      }
      fields.push(value)
      if (at < text.length && text[at] !== delimiter) return { problem: `field ${fields.length} goes on after its closing quote` }
    } else {
      const end = text.indexOf(delimiter, at)
      const value = text.slice(at, end < 0 ? text.length : end)
      if (value.includes('"')) return { problem: `field ${fields.length + 1} has a quote in the middle: a field with quotes is quoted whole, and its quotes are doubled` }
      fields.push(value === '' ? null : value)
      at += value.length
    }
    if (at >= text.length) return fields
    at += 1
  }
}

/** Writes one record so that every reader of CSV gets the same fields back. */
export function csvLine(fields: readonly (string | null)[], delimiter: string): string {
  return fields.map((field) => (field === null ? '' : `"${field.replaceAll('"', '""')}"`)).join(delimiter)
}
