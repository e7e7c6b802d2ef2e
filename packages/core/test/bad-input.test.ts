import { createReadStream } from 'node:fs'
import { PassThrough, Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { csv, ndjson, t, table, VarveError, type RowSource } from '../src/index.ts'
import { chunked } from './csv-files.ts'
import { staged } from './staged.ts'

const people = table('zoo.people', { id: t.integer().notNull(), name: t.text(8), born: t.date(), big: t.bigint(), rest: t.json() }).spec
const words = table('zoo.words', { word: t.text() }).spec

const row = (id: number, more: object = {}) => ({ id, name: null, born: null, big: null, rest: null, ...more })
const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))
const cuts = [1, 7, 1_000_000]

describeEngines('bad input', (context) => {
  const stage = async (source: RowSource<object>, spec = people, options = {}) => {
    const { rows, rejects, counts } = await staged(context.engine, spec, source, options)
    expect(counts).toEqual({ read: rows.length + rejects.length, staged: rows.length, rejected: rejects.length })
    return { rows, rejects: rejects.map(({ rowNumber, reason, column, raw }) => [rowNumber, reason, column, raw]) }
  }

  it('in objects is set aside, each with its reason, and nothing else is lost', async () => {
    const loop: Record<string, unknown> = { id: 12 }
    loop['rest'] = loop
    expect(await stage([
      { id: 1, name: 'Ada' },
      { id: null, name: 'Nobody' },
      {},
      { id: 'one' },
      { id: 2, name: 'far too long' },
      { id: 2, nickname: 'x' },
      { id: 2, name: 'a\u0000b' },
      { id: 2, name: '\ud800' },
      { id: 2, born: '2023-02-29' },
      { id: 2, big: 2 ** 53 },
      { id: 2 ** 31 },
      loop,
      { id: 2, rest: { deep: '\u0000' } },
      { id: 2, name: '😀😀😀😀😀😀😀😀', born: '2024-02-29', big: 2n ** 63n - 1n, rest: ['x'] },
    ])).toEqual({
      rows: [row(1, { name: 'Ada' }), row(2, { name: '😀😀😀😀😀😀😀😀', born: '2024-02-29', big: 2n ** 63n - 1n, rest: ['x'] })],
      rejects: [
        [2, 'null', 'id', '{"id":null,"name":"Nobody"}'],
        [3, 'null', 'id', '{}'],
        [4, 'type', 'id', '{"id":"one"}'],
        [5, 'length', 'name', '{"id":2,"name":"far too long"}'],
        [6, 'unknown column', 'nickname', '{"id":2,"nickname":"x"}'],
        [7, 'encoding', 'name', '{"id":2,"name":"a\\u0000b"}'],
        [8, 'encoding', 'name', '{"id":2,"name":"\\ud800"}'],
        [9, 'range', 'born', '{"id":2,"born":"2023-02-29"}'],
        [10, 'precision', 'big', '{"id":2,"big":9007199254740992}'],
        [11, 'range', 'id', '{"id":2147483648}'],
        [12, 'type', 'rest', '(a row that refers to itself)'],
        [13, 'encoding', 'rest', '{"id":2,"rest":{"deep":"\\u0000"}}'],
      ],
    })
  })

  it('an unknown column is seen in every row that has one, however its fields are ordered or inherited', async () => {
    class Person {
      readonly id = 5
      get name() {
        return 'gotten'
      }
    }
    const answer = await stage([{ id: 1, name: 'a' }, { id: 2, nome: 'b' }, { name: 'c', id: 3 }, { id: 4, name: 'd', x: undefined }, new Person(), Object.assign(new Person(), { x: 1 })])
    expect(answer.rows).toEqual([row(1, { name: 'a' }), row(3, { name: 'c' }), row(5, { name: 'gotten' })])
    expect(answer.rejects.map(([rowNumber, reason, column]) => [rowNumber, reason, column])).toEqual([[2, 'unknown column', 'nome'], [4, 'unknown column', 'x'], [6, 'unknown column', 'x']])
  })

  it('a column may bear the name of something that every object has', async () => {
    const spec = table('zoo.names', { constructor: t.text(), toString: t.text(), valueOf: t.integer(), id: t.integer() }).spec
    expect((await stage([{ id: 1 }, { id: 2, constructor: 'x', toString: 'y', valueOf: 3 }], spec)).rows).toEqual([
      { constructor: null, to_string: null, value_of: null, id: 1 }, { constructor: 'x', to_string: 'y', value_of: 3, id: 2 },
    ])
  })

  it.each(cuts)('in NDJSON is set aside, line by line, in chunks of %d', async (chunkBytes) => {
    const file = bytes(
      '\ufeff{"id":1,"name":"Ada"}\r\n',
      'not json\n',
      '{"id":2\n',
      '[1]\n', '"x"\n', 'null\n',
      '\n', '   \r\n',
      '{"id":2,"name":"', [0xff], '"}\n',
      '{"id":2,"name":"', [0xc3], '"}\n',
      '{"id":2,"name":"\\u0000"}\n',
      '{"id":2,"name":"\\ud800"}\n',
      '{"id":9007199254740993}\n',
      '{"id":1e400}\n',
      '{"id":2,"born":"2023-02-29"}\n',
      '{"id":2,"nickname":1}\n',
      '{"name":"äöü"}\n',
      '{"id":3,"name":"äöü😀","big":9007199254740993,"rest":{"n":12345678901234567890.10}}\n',
      '{"id":4}{"id":5}\n',
      '{"id":6}',
    )
    const { rows, rejects } = await stage(ndjson(chunked({ bytes: file, chunkBytes: [chunkBytes] })))
    expect(rows).toEqual([row(1, { name: 'Ada' }), row(3, { name: 'äöü😀', big: 9007199254740993n, rest: { n: Number('12345678901234567890') } }), row(6)])
    expect(rejects).toEqual([
      [2, 'malformed', undefined, 'not json'],
      [3, 'malformed', undefined, '{"id":2'],
      [4, 'malformed', undefined, '[1]'], [5, 'malformed', undefined, '"x"'], [6, 'malformed', undefined, 'null'],
      [7, 'malformed', undefined, '{"id":2,"name":"\\xff"}'],
      [8, 'malformed', undefined, '{"id":2,"name":"\\xc3"}'],
      [9, 'encoding', 'name', '{"id":2,"name":"\\u0000"}'],
      [10, 'encoding', 'name', '{"id":2,"name":"\\ud800"}'],
      [11, 'range', 'id', '{"id":9007199254740993}'],
      [12, 'type', 'id', '{"id":1e400}'],
      [13, 'range', 'born', '{"id":2,"born":"2023-02-29"}'],
      [14, 'unknown column', 'nickname', '{"id":2,"nickname":1}'],
      [15, 'null', 'id', '{"name":"äöü"}'],
      [17, 'malformed', undefined, '{"id":4}{"id":5}'],
    ])
  })

  it('of a key that an NDJSON line has twice the last one counts, however many digits the line has', async () => {
    const { rows, rejects } = await stage(ndjson('{"id":1,"id":2}\n{"id":3,"id":4,"big":9007199254740993}\n'))
    expect(rows).toEqual([row(2), row(4, { big: 9007199254740993n })])
    expect(rejects).toEqual([])
  })

  it.each(cuts)('in CSV is set aside, record by record, in chunks of %d', async (chunkBytes) => {
    const file = bytes(
      '\ufeffid,name,born,big,rest\n',
      '1,Ada,1815-12-10,9007199254740993,"{""a"":1}"\n',
      ',Nobody,,,\n',
      'one,,,,\n',
      '2,far too long,,,\n',
      '2,a', [0], 'b,,,\n',
      '2,', [0xff], ',,,\n',
      '2,', [0xc3], '\n',
      '2,,2023-02-29,,\n',
      '2,,,9223372036854775808,\n',
      '2,,,,{a}\n',
      '2,x\n',
      '2,,,,,\n',
      '2,a"b,,,\n',
      '2,"a"b,,,\n',
      '\n',
      '3,"a\nb",,,\r\n',
      '4,"",,,\n',
      '5,äöü😀,,,\r',
      '\\.\n',
      '6,\\.,,,\n',
      '7,,,,',
    )
    const { rows, rejects } = await stage(csv(chunked({ bytes: file, chunkBytes: [chunkBytes] })))
    expect(rows).toEqual([row(1, { name: 'Ada', born: '1815-12-10', big: 9007199254740993n, rest: { a: 1 } }), row(3, { name: 'a\nb' }), row(4, { name: '' }), row(5, { name: 'äöü😀' }), row(6, { name: '\\.' }), row(7)])
    expect(rejects).toEqual([
      [2, 'null', 'id', ',Nobody,,,'],
      [3, 'type', 'id', 'one,,,,'],
      [4, 'length', 'name', '2,far too long,,,'],
      [5, 'encoding', 'name', '2,a\\u0000b,,,'],
      [6, 'malformed', undefined, '2,\\xff,,,'],
      [7, 'malformed', undefined, '2,\\xc3'],
      [8, 'range', 'born', '2,,2023-02-29,,'],
      [9, 'range', 'big', '2,,,9223372036854775808,'],
      [10, 'malformed', 'rest', '2,,,,{a}'],
      [11, 'malformed', undefined, '2,x'],
      [12, 'malformed', undefined, '2,,,,,'],
      [13, 'malformed', undefined, '2,a"b,,,'],
      [14, 'malformed', undefined, '2,"a"b,,,'],
      [18, 'malformed', undefined, '\\.'],
    ])
  })

  it.each(cuts)('a quote that is never closed takes the rest of the CSV with it into quarantine, in chunks of %d', async (chunkBytes) => {
    const { rows, rejects } = await stage(csv(chunked({ bytes: bytes('id,name\n1,a\n2,"b\n3,c\n'), chunkBytes: [chunkBytes] })))
    expect(rows).toEqual([row(1, { name: 'a' })])
    expect(rejects).toEqual([[2, 'malformed', undefined, '2,"b\n3,c\n']])
  })

  it('a CSV of one column keeps its empty lines, and no word of it ends the data', async () => {
    const { rows, rejects } = await stage(csv('word\na\n\n\\.\n""\n"\\."\n\\N\nNULL\n\\\\.\n'), words)
    expect(rows).toEqual(['a', null, '\\.', '', '\\.', '\\N', 'NULL', '\\\\.'].map((word) => ({ word })))
    expect(rejects).toEqual([])
  })

  it.each([',', ';', '\t', '|', ':', ' ', '^', '\\', '.', '0', 'a', '\u0001', '\u007f'])('CSV is read with %j as its delimiter', async (delimiter) => {
    const { rows, rejects } = await stage(csv(`"id"${delimiter}"name"${delimiter}"big"\n"1"${delimiter}"x${delimiter}y"${delimiter}\n"2"${delimiter}${delimiter}"3"\n`, { delimiter }))
    expect(rows).toEqual([row(1, { name: `x${delimiter}y` }), row(2, { big: 3n })])
    expect(rejects).toEqual([])
  })

  it.each(['', ',,', '"', '\n', '\r', 'ä', '\u0000'])('%j is refused as a delimiter', async (delimiter) => {
    await expect(stage(csv('id\n1\n', { delimiter }))).rejects.toMatchObject({ code: 'V1009', exitCode: 1 })
  })

  it.each([
    ['', 'no header'], ['\ufeff', 'no header'], ['\n1\n', 'no header'],
    ['id,nickname\n1,x\n', '"nickname" is no column'], ['id,id\n1,2\n', '"id" stands there twice'], ['name\nx\n', '"id" is missing'],
    ['id,na"me\n1,x\n', 'quote in the middle'], ['"id\n1\n', 'never closed'], ['id,\n1,2\n', '"" is no column'],
  ])('a CSV that begins %j is refused whole, since no row of it could be understood', async (text, why) => {
    await expect(stage(csv(text))).rejects.toMatchObject({ code: 'V2004', exitCode: 2, message: expect.stringContaining(why) as string })
    if (!text.includes('nickname')) await expect(stage(csv(text), people, { ignore: ['nickname'] })).rejects.toMatchObject({ code: 'V2004' })
  })

  it('a header alone is a CSV of no rows, and so is NDJSON without a line', async () => {
    for (const source of [csv('id,name'), csv('id,name\n'), csv('id,name\r\n\r\n\n'), ndjson(''), ndjson('\n\n'), ndjson('\ufeff')]) expect(await stage(source)).toEqual({ rows: [], rejects: [] })
  })

  it('a field of megabytes arrives whole, and a record without an end is refused before it fills the memory', async () => {
    const huge = 'x"y\n'.repeat(500_000)
    expect((await stage(csv(`word\n"${huge.replaceAll('"', '""')}"\nb\n`), words)).rows).toEqual([{ word: huge }, { word: 'b' }])
    expect((await stage(ndjson(`${JSON.stringify({ word: huge })}\n{"word":"b"}\n`), words)).rows).toEqual([{ word: huge }, { word: 'b' }])
    const endless = (start: string) => (function* () { for (yield start; ; ) yield 'x'.repeat(1_000_000) })()
    await expect(stage(csv(endless('word\n"')), words)).rejects.toMatchObject({ code: 'V2004', message: expect.stringContaining('never closed') as string })
    await expect(stage(ndjson(endless('{"word":"')), words)).rejects.toMatchObject({ code: 'V2004' })
  })

  it('a source that breaks off breaks the load as the source, not as the engine', async () => {
    const broken = Object.assign(new Error('the cable fell out'), { code: 'ECONNRESET' })
    const after = function* <T>(...parts: T[]) { yield* parts; throw broken }
    const failure = { code: 'V3010', exitCode: 3, isRetryable: false, cause: broken, message: expect.stringMatching(/^\[V3010\] The source of zoo\.people failed after reading [01] rows?: the cable fell out\. Nothing of it was loaded/) as string }
    for (const source of [csv(after('id\n1\n')), ndjson(after('{"id":1}\n')), after({ id: 1 })]) await expect(stage(source)).rejects.toMatchObject(failure)
    await expect(stage(csv(after(`id\n${'1\n'.repeat(100_000)}`)))).rejects.toMatchObject({ code: 'V3010', message: expect.stringMatching(/failed after reading [1-9]\d* rows/) as string })
    const refused = new VarveError('V3010', 'No.', { isRetryable: true })
    await expect(stage((function* () { yield { id: 1 }; throw refused })())).rejects.toBe(refused)
  })

  it('a stream that fails before it is read keeps its failure until then', async () => {
    const unread = [csv(createReadStream('no such file.csv')), ndjson(createReadStream('no such file.csv'))]
    await new Promise((resolve) => createReadStream('no such file.csv').once('error', resolve)) // opened later, so the others have failed too
    await new Promise(setImmediate)
    for (const source of unread) await expect(stage(source)).rejects.toMatchObject({ code: 'V3010', message: expect.stringContaining('ENOENT') as string })
    await expect(stage(csv(createReadStream('no such file.csv')))).rejects.toMatchObject({ code: 'V3010', message: expect.stringContaining('ENOENT') as string })
  })

  it('rows that can be read only once are not taken for none the second time', async () => {
    const once = [{ id: 1 }].values()
    const sources = [once, csv([Buffer.from('id\n1\n')].values()), ndjson(Readable.from(['{"id":1}\n']))]
    for (const source of sources) {
      expect((await stage(source)).rows).toEqual([row(1)])
      await expect(stage(source)).rejects.toMatchObject({ code: 'V1009', exitCode: 1 })
    }
    for (const source of [[{ id: 1 }], new Set([{ id: 1 }]), csv('id\n1\n'), ndjson(['{"id":1}'])]) for (const _ of 'ab') expect((await stage(source)).rows).toEqual([row(1)])
  })

  it('a file that is refused half-way is closed', async () => {
    const file = new PassThrough()
    file.write('word\n"')
    file.write('x'.repeat(20_000_000))
    await expect(stage(csv(file), words)).rejects.toMatchObject({ code: 'V2004' })
    expect(file.destroyed).toBe(true)
  })

  it('NDJSON is read alike wherever it is cut', async () => {
    const lines = fc.array(fc.oneof(
      fc.record({ id: fc.integer(), name: fc.string({ unit: 'grapheme', maxLength: 8 }), rest: fc.jsonValue({ maxDepth: 1 }) }).map((one) => Buffer.from(JSON.stringify(one))),
      fc.uint8Array({ maxLength: 12 }).map((noise) => Buffer.from(noise)),
      fc.constantFrom('', '{}', '{"id":1', '{"id":1}\r').map((text) => Buffer.from(text)),
    ), { maxLength: 20 }).map((parts) => Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')])))
    await fc.assert(fc.asyncProperty(lines, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 }), async (file, chunkBytes) => {
      expect(await stage(ndjson(chunked({ bytes: file, chunkBytes })))).toEqual(await stage(ndjson(file)))
    }), { numRuns: 60 })
  })
})
