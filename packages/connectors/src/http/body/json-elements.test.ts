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

  it.each(['[{"a":1},{"a":', '{"data":[{"a":1}]', '', '{"data":[{"a":1}]]'])('end with an error where the JSON is not whole: %s', async (text) => {
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
