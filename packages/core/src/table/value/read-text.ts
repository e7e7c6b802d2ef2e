import { isLosslessNumber, stringify } from 'lossless-json'
import { nameOf } from './read-number.js'
import { Rejection } from './rejection.js'

const nul = '\u0000'

/** Reads a text of at most so many characters; numbers and truth values become their text, which loses nothing. */
export function readText(value: unknown, length: number | undefined): string | Rejection {
  let text: string
  if (typeof value === 'string') text = value
  else if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') text = String(value)
  else if (isLosslessNumber(value)) text = value.value
  else return new Rejection('type', `is ${nameOf(value)}, not text`)
  if (text.includes(nul)) return new Rejection('encoding', 'holds the character 0x00, which no engine stores')
  if (!text.isWellFormed()) return new Rejection('encoding', 'holds half of a surrogate pair, which is no character')
  // Characters outside of the basic plane count as one but take two places here: counted only when it matters.
  if (length !== undefined && text.length > length && [...text].length > length) return new Rejection('length', `is longer than ${length} characters`)
  return text
}

const truths = new Map<unknown, string>(
  [true, 1, 1n, 'true', 't', '1'].map((value): [unknown, string] => [value, 'true']).concat([false, 0, 0n, 'false', 'f', '0'].map((value) => [value, 'false'])),
)

/** Reads a truth value: true/false, t/f, 1/0. Other words (yes, no, on) are for a mapping to translate. */
export function readBoolean(value: unknown): string | Rejection {
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  const found = truths.get(typeof value === 'string' ? value.trim().toLowerCase() : value)
  return found ?? new Rejection('type', 'is not a truth value: allowed are true, false, t, f, 1 and 0')
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const bareUuidForm = /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/

/** Reads a UUID, in lower case with dashes. */
export function readUuid(value: unknown): string | Rejection {
  if (typeof value !== 'string') return new Rejection('type', `is ${nameOf(value)}, not a uuid`)
  const text = value.trim().toLowerCase()
  if (uuidForm.test(text)) return text
  const match = bareUuidForm.exec(text)
  return match ? match.slice(1).join('-') : new Rejection('type', 'is not a uuid')
}

const base64Form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Reads bytes: a `Uint8Array`, hexadecimal after `\x` or `0x`, or base64. The answer is hexadecimal after `\x`. */
export function readBinary(value: unknown): string | Rejection {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`
  if (typeof value !== 'string') return new Rejection('type', `is ${nameOf(value)}, not bytes`)
  const hex = /^(?:\\x|0x)((?:[0-9a-f]{2})*)$/i.exec(value)
  if (hex) return `\\x${(hex[1] as string).toLowerCase()}`
  if (base64Form.test(value)) return `\\x${Buffer.from(value, 'base64').toString('hex')}`
  return new Rejection('type', 'is neither hexadecimal after \\x nor base64')
}

/** Reads any value as JSON. Numbers that JavaScript could not hold keep their digits. */
export function readJson(value: unknown): string | Rejection {
  let text: string | undefined
  try {
    text = plainOrLossless(value)
  } catch {
    return new Rejection('type', 'refers to itself or nests too deep, which JSON cannot hold')
  }
  return text === undefined ? new Rejection('type', `is a ${typeof value}, which JSON cannot hold`) : checkedJson(text)
}

// The built-in writer is several times faster, but knows neither bigint (it throws) nor numbers kept as digits.
function plainOrLossless(value: unknown): string | undefined {
  try {
    const text = JSON.stringify(value) as string | undefined
    if (!text?.includes('"isLosslessNumber":true')) return text
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  return stringify(value)
}

/** Checks a text that already is JSON, as a field of a CSV file. */
export function readJsonText(value: unknown): string | Rejection {
  if (typeof value !== 'string') return readJson(value)
  try {
    JSON.parse(value)
  } catch {
    return new Rejection('malformed', 'is not JSON')
  }
  return checkedJson(value)
}

// Escapes of 0x00 and of lone surrogates are legal JSON, but no text that an engine could store.
function checkedJson(text: string): string | Rejection {
  if (text.includes('\\u') && /(?<!\\)(?:\\\\)*\\u(?:0000|d[89ab]..(?!\\ud[c-f])|(?<!\\ud[89ab]..\\u)d[c-f]..)/i.test(text)) {
    return new Rejection('encoding', 'holds the character 0x00 or half of a surrogate pair, which no engine stores')
  }
  return text.isWellFormed() ? text : new Rejection('encoding', 'holds half of a surrogate pair, which is no character')
}
