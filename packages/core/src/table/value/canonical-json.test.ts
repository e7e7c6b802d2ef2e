import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.js'

describe('the canonical form of JSON', () => {
  it.each([
    ['1', '1'], ['1.0', '1'], ['1e0', '1'], ['10e-1', '1'], ['-0', '0'], ['-0.0e5', '0'], ['0.10', '0.1'], ['1E+2', '100'], ['100', '100'], ['0.001', '0.001'], ['1e-3', '0.001'],
    ['12345678901234567890.10', '12345678901234567890.1'], ['1e400', '1e400'], ['10e399', '1e400'], ['-2.50e-40', '-25e-41'], ['9007199254740993', '9007199254740993'],
    ['{"b":1,"a":2}', '{"a":2,"b":1}'], ['{ "a" : [ 1.0 , null , true ] }', '{"a":[1,null,true]}'], ['{"a":1,"a":2}', '{"a":2}'], ['{}', '{}'], ['[]', '[]'], ['""', '""'],
    [String.raw`"\u0041\/"`, '"A/"'], ['{"10":1,"9":2}', '{"10":1,"9":2}'], ['{"é":1,"e":2}', '{"e":2,"é":1}'],
  ])('of %s is %s', (text, canonical) => {
    expect(canonicalJson(text)).toBe(canonical)
  })

  it('tells apart what is different', () => {
    expect(canonicalJson('[1,[2]]')).not.toBe(canonicalJson('[[1],2]'))
    expect(canonicalJson('"1"')).not.toBe(canonicalJson('1'))
    expect(canonicalJson('null')).not.toBe(canonicalJson('"null"'))
    expect(canonicalJson('[1.1]')).not.toBe(canonicalJson('[1.10000000000000000001]'))
    expect(canonicalJson('{"a":null}')).not.toBe(canonicalJson('{}'))
  })

  it('is the same value, and is its own canonical form', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const canonical = canonicalJson(text)
        expect(canonicalJson(canonical)).toBe(canonical)
        // -0 is a number of JavaScript, but none of JSON's values of its own.
        expect(JSON.parse(canonical)).toEqual(JSON.parse(text, (_, value: unknown) => (Object.is(value, -0) ? 0 : value)))
      }),
    )
  })

  it('does not depend on the order of keys or on how numbers are spelled', () => {
    const spelled = fc.integer({ min: -1000, max: 1000 }).chain((n) => fc.tuple(fc.constantFrom(String(n), `${n}.0`, `${n}e0`, `${n === 0 ? 0 : n * 10}e-1`), fc.constantFrom(String(n), `${n}.00`, `${n}E+0`)))
    fc.assert(
      fc.property(fc.dictionary(fc.string(), spelled), (fields) => {
        const entries = Object.entries(fields)
        const one = `{${entries.map(([key, [first]]) => `${JSON.stringify(key)}:${first}`).join(',')}}`
        const other = `{${entries.toReversed().map(([key, [, second]]) => `${JSON.stringify(key)} : ${second}`).join(' , ')}}`
        expect(canonicalJson(other)).toBe(canonicalJson(one))
      }),
    )
  })
})
