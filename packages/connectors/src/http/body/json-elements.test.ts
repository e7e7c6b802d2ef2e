import { LosslessNumber } from 'lossless-json'
import { describe, expect, it } from 'vitest'
import { collect } from '../../../test/collect.ts'
import { jsonElements } from './json-elements.js'
import { JsonOutline } from './json-outline.js'

const everywhere = ['message.data', 'data', '']

async function elements(text: string, size = 7): Promise<unknown[]> {
  const bytes = Buffer.from(text)
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size))
  return collect(jsonElements(chunks, everywhere))
}

describe('the elements of a large body', () => {
  it.each(['{"message":{"data":[{"a":1},{"a":"é"}]}}', '{"data":[{"a":1},{"a":"é"}],"more":[1,2]}', '[{"a":1},{"a":"é"}]'])('are found in %s', async (text) => {
    expect(await elements(text)).toEqual([{ a: 1 }, { a: 'é' }])
  })

  it('keep the digits of their numbers', async () => {
    expect(await elements('[{"a":12345678901234567890.5}]')).toEqual([{ a: new LosslessNumber('12345678901234567890.5') }])
  })

  it.each([
    ['a list in front of it', '{"columns":["a",["b"]],"data":[{"a":[1,{"b":"]"}]},{"a":"},{"}],"n":1}', [{ a: [1, { b: ']' }] }, { a: '},{' }]],
    ['a text that looks like a list', String.raw`{"note":"\"data\":[1,2]","data":[{"a":"\\"}]}`, [{ a: '\\' }]],
    ['two lists at the places', '{"data":[{"a":1}],"message":{"data":[{"a":2}]}}', [{ a: 1 }]],
    ['blanks and a mark of byte order', '\uFEFF \n{ "data" : [ {"a":1} , {"a":2} ] } \n', [{ a: 1 }, { a: 2 }]],
    ['a mark of byte order before the list', '\uFEFF[{"a":1}]', [{ a: 1 }]],
    ['no elements', '{"message":{"data":[ ]}}', []],
    ['elements of other kinds', '[1,"two",null,[3],true]', [1, 'two', null, [3], true]],
  ])('are found in a body with %s, wherever its chunks end', async (_, text, expected) => {
    for (const size of [1, 2, 3, 7, 1000]) expect(await elements(text, size)).toEqual(expected)
  })

  it.each([
    ['{"error":"Session expired"}', '{"error":"Session expired"}'],
    ['{"message":"no"}', '{"message":"no"}'],
    ['{"data":{"data":[1]}}', '{"data":{"data":[1]}}'],
    ['{"more":{"message":{"data":[1]}}}', '{"more":{"message":{"data":[1]}}}'],
    ['7', '7'],
  ])('are missed with a clear error in %s', async (text, shown) => {
    await expect(elements(text)).rejects.toMatchObject({ code: 'V3010', isRetryable: false, message: expect.stringContaining(`The answer has no list of rows: it is ${shown}. Expected is a list at "message.data", or at "data", or at the top.`) as string })
  })

  it('come while the bytes do, and hold up neither', async () => {
    let given = 0
    function* chunks(): Generator<Buffer> {
      yield Buffer.from('[')
      for (; given < 10_000; given++) yield Buffer.from(`${given === 0 ? '' : ','}{"n":${given}}`)
      yield Buffer.from(']')
    }
    const rows = jsonElements(chunks(), [''])
    for (let taken = 0; taken < 100; taken++) expect((await rows.next()).value).toEqual({ n: taken })
    expect(given).toBeLessThanOrEqual(102)
    await rows.return(undefined)
  })

  it('are not looked for behind more than a source would send', async () => {
    await expect(elements(`{"note":"${'x'.repeat(100_000)}","data":[]}`, 1000)).rejects.toThrow('there is more around its list than a source would send')
  })

  it.each(['[{"a":1},{"a":', '{"data":[{"a":1}]', '', '{"data":[{"a":1}]]', '[{"a":1},]', '[,]', '[{"a":1}{"a":2}]', '[{"a":1}]]', '[{"a":1}] x', '{"data":[{"a":01}]}'])('end with an error where the JSON is not whole: %s', async (text) => {
    await expect(elements(text)).rejects.toMatchObject({ code: 'V3010', isRetryable: true })
  })
})

describe('the outline of JSON', () => {
  const isWhole = (text: string) => {
    const outline = new JsonOutline()
    for (const byte of Buffer.from(text)) outline.pass(Uint8Array.of(byte))
    return outline.isWhole
  }

  it.each(['{}', '[]', '[{"a":"}]"},"\\"]"]', ' {"a":[1,2]} \n'])('is whole in %s', (text) => {
    expect(isWhole(text)).toBe(true)
  })

  it.each(['', '[', '[{"a":1}', '{"a":"}', '["\\"]', 'null'])('is not whole in %s', (text) => {
    expect(isWhole(text)).toBe(false)
  })
})
