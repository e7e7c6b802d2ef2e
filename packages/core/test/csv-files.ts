import fc from 'fast-check'
import { t, table } from '../src/index.ts'

/** A table with a column of every kind. */
export const allKinds = table('zoo.all_kinds', {
  id: t.integer().notNull(),
  big: t.bigint(),
  words: t.text(),
  short: t.text(5),
  label: t.text(20).notNull().default('none'),
  flag: t.boolean(),
  money: t.decimal(10, 2),
  share: t.decimal(3, 3),
  ratio: t.float(),
  day: t.date(),
  seenAt: t.timestamp(),
  clock: t.time(),
  tags: t.json(),
  ref: t.uuid(),
  bytes: t.binary(),
})

type Property = keyof typeof allKinds.columns

/** A CSV file, and how it is cut into chunks. */
export interface CsvFile {
  readonly delimiter: string
  readonly lineEnd: string
  readonly bytes: Uint8Array
  readonly chunkBytes: readonly number[]
  /** How many records follow the header. */
  readonly records: number
}

/** The bytes in chunks of the sizes of the file, in turn. */
export async function* chunked({ bytes, chunkBytes }: Pick<CsvFile, 'bytes' | 'chunkBytes'>): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const end = at + (chunkBytes[turn % chunkBytes.length] ?? bytes.length)
    yield await Promise.resolve(bytes.slice(at, end))
    at = end
  }
}

const digits = (least: number, most: number) => fc.stringMatching(new RegExp(`^[0-9]{${least},${most}}$`))
const padded = (low: number, high: number, length = 2) => fc.integer({ min: low, max: high }).map((value) => String(value).padStart(length, '0'))
const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(''))
const some = (...choices: string[]) => fc.constantFrom(...choices)

const goodDay = joined(fc.oneof(padded(1, 9999, 4), padded(1990, 2030, 4)), some('-'), padded(1, 12), some('-'), padded(1, 28))
const goodClock = joined(padded(0, 23), some(':'), padded(0, 59), some(':'), padded(0, 59), fc.oneof(some(''), digits(1, 6).map((fraction) => `.${fraction}`)))
const anyDay = joined(padded(0, 9999, 4), some('-'), padded(0, 13), some('-'), padded(0, 32))
const anyClock = joined(padded(0, 25), some(':'), padded(0, 61), some(':'), padded(0, 61), fc.oneof(some('', '.', ':00', ',5'), digits(1, 8).map((fraction) => `.${fraction}`)))
const anyDecimal = joined(some('', '-', '+', '--', ' '), digits(0, 40), fc.oneof(some('', '.', '.0', 'e2', '.5e-1', 'E400', 'x'), digits(1, 40).map((fraction) => `.${fraction}`)))
const anyWhole = joined(some('', '-', '+', ' '), fc.oneof(digits(1, 22), some('2147483647', '2147483648', '9223372036854775807', '9223372036854775808', '9007199254740993', '0', '00', '')), some('', '', ' ', '.0', '.', 'x'))
const anyText = fc.oneof(
  some('a', 'b c', ' ', ' a ', '"', '""', 'say "x"', 'a,b', 'a;b\tc|d', '\n', 'a\r\nb', '\r', '\\', '\\.', '\\N', '\\n', 'NULL', 'null', '\ufeff', 'äöü', '日本語', '😀😀', 'abcde', '#', "'", '\u2028', '\u0085', '\u00a0', '\u001a', '\u007f', 'a\\.'),
  fc.string({ maxLength: 5 }),
)

/** Of each column, texts that it takes, in all spellings, and texts that it most likely does not. */
export const texts: Readonly<Record<Property, { readonly good: fc.Arbitrary<string>; readonly any: fc.Arbitrary<string> }>> = {
  id: { good: fc.oneof(digits(1, 9), joined(some('-', '+', ' ', '00'), digits(1, 7), some('', ' ', '.0'))), any: anyWhole },
  big: { good: joined(some('', '-'), digits(1, 18)), any: anyWhole },
  words: { good: fc.oneof(anyText, fc.string({ maxLength: 40 })), any: fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), some('\u0000', 'a\u0000b')) },
  short: { good: fc.oneof(some('abcde', '😀😀😀😀😀', 'äöüäö', '  x  '), fc.string({ unit: 'grapheme-ascii', maxLength: 5 })), any: fc.oneof(anyText, some('abcdef', '😀😀😀😀😀😀', 'abcde      ')) },
  label: { good: anyText, any: fc.string({ maxLength: 30 }) },
  flag: { good: some('t', 'f', 'true', 'false', '1', '0', 'TRUE', 'True', ' t', 'F'), any: some('yes', 'no', 'on', 'y', 'tr', '2', '10', 'truee', '-1', 'tRuE ') },
  money: { good: fc.oneof(joined(some('', '-'), digits(1, 8), some('.'), digits(1, 2)), some('0', '-0', '-0.00', '+1', '.5', '5.', '007.100', '12345678.9', '1e2', '125e-2')), any: anyDecimal },
  share: { good: fc.oneof(joined(some('0.', '.', '-0.', '00.'), digits(1, 3)), some('0', '0.1000')), any: anyDecimal },
  ratio: { good: fc.oneof(joined(some('', '-'), digits(1, 22), some('.'), digits(1, 25)), fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), some('-0', '-0.0', '0', '1e-400', '0.30000000000000004', '9007199254740993', '.5', '5.', '1e3')), any: fc.oneof(anyDecimal, some('NaN', 'Infinity', '1e999', '0x10', '1_000')) },
  day: { good: fc.oneof(goodDay, some('2024-02-29', '0001-01-01', '9999-12-31', ' 2025-03-31 ')), any: fc.oneof(anyDay, some('2025-3-1', '31.03.2025', '20250331', 'today', 'infinity', 'epoch', '2025-03-31T00:00:00Z', '0044-03-15 BC', '2023-02-29', '1900-02-29', '0000-01-01')) },
  seenAt: { good: fc.oneof(joined(goodDay, some('T', ' ', 't'), goodClock, some('', 'Z', 'Z', 'z', '+02:00', '-0530', '+01', ' Z')), goodDay, some('2025-03-31T10:00', '2025-03-31T10:00:00.123456789Z')), any: fc.oneof(joined(anyDay, some('T', '  ', ''), anyClock, some('', 'Z', ' UTC', '+24:00', '+15:59', '-16:00', 'ZZ')), some('now', 'infinity', '-infinity', '2025-03-31T24:00:00Z', '2025-03-31T10:00:00 BC')) },
  clock: { good: fc.oneof(goodClock, some('12:30', '23:59:59.999999', '00:00:00.0000001')), any: fc.oneof(anyClock, some('12:30:00 PM', '12:30:00+02', 'now', 'allballs', '24:00:00', '23:59:60')) },
  tags: { good: fc.oneof(fc.json({ maxDepth: 2 }).filter((text) => !text.includes('\\u')), some('{}', '[1, 2]', '"x"', '1', 'null', '12345678901234567890', ' {} ', '{"a":1,"a":2}', '"\\ud83d\\ude00"')), any: some('{a}', 'x', '"\\u0000"', '"\\ud800"', "{'a':1}") },
  ref: { good: fc.oneof(fc.uuid(), fc.uuid().map((ref) => ref.toUpperCase()), fc.uuid().map((ref) => ref.replaceAll('-', '')), fc.uuid().map((ref) => `{${ref}}`)), any: fc.oneof(fc.uuid().map((ref) => ref.slice(1)), fc.uuid().map((ref) => `${ref.slice(0, 35)}g`), fc.uuid().map((ref) => ref.replace('-', ' '))) },
  bytes: { good: some('\\x00ff', '\\xABcd', '0x00', 'AP8=', '\\x'), any: some('???', '\\x0', '\\\\', 'abc', '\\000', '\\x0g') },
}

const properties = Object.keys(allKinds.columns) as Property[]
const optional = properties.filter((property) => property !== 'id' && property !== 'label')

/** A field: its text, or nothing for NULL, and whether it stands between quotes though it need not. */
interface Field {
  readonly value: string | null
  readonly isQuoted: boolean
}

function aField(property: Property): fc.Arbitrary<Field> {
  const { good, any } = texts[property]
  const value = fc.oneof({ weight: 40, arbitrary: good }, { weight: 3, arbitrary: any }, { weight: 1, arbitrary: anyText }, { weight: 1, arbitrary: some('') }, { weight: property === 'id' || property === 'label' ? 1 : 5, arbitrary: fc.constant(null) })
  return fc.record({ value, isQuoted: fc.boolean() })
}

function written({ value, isQuoted }: Field, delimiter: string): string {
  if (value === null) return ''
  return isQuoted || value === '' || value.includes('"') || value.includes(delimiter) || /[\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

const delimiters = fc.constantFrom(',', ',', ';', '\t', '|', ':', ' ', '^', '~', '\\', '.', '-', '0', 'e', 'T', 'x')
const lineEnds = fc.constantFrom('\n', '\n', '\r\n')
const chunkSizes = fc.oneof(fc.constant([1_000_000]), fc.constant([1]), fc.constant([7]), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }))
const byteOrderMark = fc.constantFrom('', '', '', '\ufeff')

/** The columns of a file: those it cannot do without, some others, in any order. */
const someColumns = (from: readonly Property[]) => fc.subarray([...from]).chain((chosen) => fc.shuffledSubarray(['id', ...chosen] as Property[], { minLength: chosen.length + 1 }))

type Defect = 'none' | 'extra field' | 'missing field' | 'blank line' | 'broken text' | 'quote inside' | 'after the quote' | 'other line end' | 'raw value'

const aDefect = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Defect>('none') },
  { weight: 1, arbitrary: fc.constantFrom<Defect>('extra field', 'missing field', 'blank line', 'broken text', 'quote inside', 'after the quote', 'other line end', 'raw value') },
)

const brokenBytes = [[0xff], [0xc3], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98], [0xc0, 0x80], [0x80]].map((bytes) => Buffer.from(bytes))

/** Any file: records with defects among those without. */
export const aFile: fc.Arbitrary<CsvFile> = fc.tuple(delimiters, lineEnds, chunkSizes, byteOrderMark, someColumns(properties.filter((property) => property !== 'id')), fc.boolean(), fc.constantFrom('', '', '', '"never closed', '1,"x\ny')).chain(([delimiter, lineEnd, chunkBytes, mark, columns, endsWithLine, tail]) =>
  fc.array(fc.tuple(fc.tuple(...columns.map(aField)), aDefect, fc.nat(100), fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 25 }).map((records) => {
    const parts: Buffer[] = [Buffer.from(mark + columns.map((name) => written({ value: name, isQuoted: false }, delimiter)).join(delimiter) + lineEnd)]
    records.forEach(([fields, defect, pick, otherEnd], at) => {
      const line = fields.map((field) => written(field, delimiter))
      const chosen = pick % line.length
      if (defect === 'extra field') line.push('more')
      if (defect === 'missing field') line.pop()
      if (defect === 'blank line') line.splice(0, line.length, '')
      if (defect === 'quote inside') line[chosen] = `a"${line[chosen]}`
      if (defect === 'after the quote') line[chosen] = `"${(fields[chosen]?.value ?? '').replaceAll('"', '""')}"x`
      if (defect === 'raw value') line[chosen] = fields[chosen]?.value ?? '"'
      const end = at === records.length - 1 && !endsWithLine && tail === '' ? '' : defect === 'other line end' ? otherEnd : lineEnd
      const text = line.join(delimiter) + end
      parts.push(defect === 'broken text' ? Buffer.concat([brokenBytes[pick % brokenBytes.length] as Buffer, Buffer.from(text)]) : Buffer.from(text))
    })
    return { delimiter, lineEnd, chunkBytes, bytes: Buffer.concat([...parts, Buffer.from(tail)]), records: records.length }
  }),
)

/** A file that every reader of CSV reads the same way. Its values may still be wrong for their columns. */
export const aStraightFile: fc.Arbitrary<CsvFile> = fc.tuple(delimiters, lineEnds, chunkSizes, byteOrderMark, someColumns(optional.filter((property) => property !== 'tags'))).chain(([delimiter, lineEnd, chunkBytes, mark, columns]) =>
  fc.array(fc.tuple(...columns.map(aField)), { minLength: 1, maxLength: 25 }).map((records) => {
    const lines = [columns.map((name) => written({ value: name, isQuoted: false }, delimiter)), ...records.map((fields) => fields.map((field) => written(field, delimiter)))]
    return { delimiter, lineEnd, chunkBytes, bytes: Buffer.from(mark + lines.map((line) => line.join(delimiter) + lineEnd).join('')), records: records.length }
  }),
)
