import { LosslessNumber, parse } from 'lossless-json'

// Where a number stands: sixteen digits in a row (a point between them does not matter), or an exponent.
const mayLoseDigits = /[:[,]\s*-?(?:\d(?:\.?\d){15}|[\d.]+[eE])/
const longNumber = /\d(?:\.?\d){15}|[eE]/

/**
 * Reads JSON and loses no digit: a number that a JavaScript number cannot hold for certain comes as a `LosslessNumber`, all others
 * as numbers. @throws SyntaxError when it is no whole JSON.
 */
export function readJson(text: string): unknown {
  return mayLoseDigits.test(text) ? parse(text, undefined, readNumber) : (JSON.parse(text) as unknown)
}

/** One number of JSON, exactly. */
export function readNumber(text: string): number | LosslessNumber {
  return longNumber.test(text) ? new LosslessNumber(text) : Number(text)
}
