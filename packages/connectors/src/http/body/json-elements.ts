import { redact, VarveError } from '@varve/core'
import { readJson } from './read-json.js'

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
/** What lies around the list is read as a whole, so it must not be large. */
const mostAround = 1 << 16
const marker = 'here is the list'

/**
 * The elements of a list inside JSON, while its bytes arrive: memory holds the elements of one chunk, not the body.
 *
 * **Details**
 *
 * `at` names where the list may be, in dotted paths, '' for the body itself: sources wrap the same rows differently. The first that is there is
 * read. Numbers lose no digit.
 *
 * @throws VarveError `V3010` when the bytes are no whole JSON, or have no such list: then with what they have.
 *
 * @example
 * ```ts
 * for await (const row of jsonElements(download.bytes(), ['message.data', 'data', ''])) console.log(row)
 * ```
 */
export async function* jsonElements(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, at: readonly string[]): AsyncGenerator {
  const reader = new ListReader(at)
  for await (const chunk of bytes) {
    for (const element of reader.read(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))) yield element
  }
  reader.end()
}

/** Follows brackets and texts only; what they enclose is left to the JSON parser. */
class ListReader {
  readonly #paths: readonly string[]
  /** The body without the elements of its list. */
  readonly #around: Buffer[] = []
  #aroundSize = 0
  /** Where we are: before the list, in it at that depth, or behind it. */
  #place: 'before' | 'inside' | 'behind' = 'before'
  #depth = 0
  #isInText = false
  #isEscaped = false
  /** What the chunks before this one had of the element under way. */
  #begun: Buffer[] = []
  #count = 0

  constructor(paths: readonly string[]) {
    this.#paths = paths
  }

  /** The elements that end in this chunk. They are parsed together, which takes a fraction of the time. */
  read(chunk: Buffer): unknown[] {
    let elements: unknown[] = []
    let from = 0
    /** The last comma between two elements. */
    let until = -1
    let depth = this.#depth
    let isInText = this.#isInText
    let isEscaped = this.#isEscaped
    let isInside = this.#place === 'inside'
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      if (isInText) {
        if (isEscaped) isEscaped = false
        else if (byte === backslash) isEscaped = true
        else if (byte === quote) isInText = false
      } else if (byte === quote) isInText = true
      else if (byte === comma) {
        if (isInside && depth === 0) until = at
      } else if (byte === openBrace || byte === openBracket) {
        depth++
        if (this.#place !== 'before' || byte !== openBracket) continue
        this.#keepAround(chunk.subarray(from, at))
        from = at
        if (!this.#isListAt()) continue
        this.#place = 'inside'
        isInside = true
        depth = 0
        from = at + 1
      } else if (byte === closeBrace || byte === closeBracket) {
        if (isInside && depth === 0) {
          if (until >= from) elements = this.#parsedList(chunk.subarray(from, until))
          const last = chunk.subarray(Math.max(from, until + 1), at)
          const isEmpty = this.#count + elements.length === 0 && until < from && this.#isBlank(last)
          if (!isEmpty) elements = elements.concat(this.#parsedList(last))
          this.#keepAround(Buffer.from('[]'))
          this.#place = 'behind'
          isInside = false
          from = at + 1
        } else depth--
      }
    }
    this.#depth = depth
    this.#isInText = isInText
    this.#isEscaped = isEscaped
    if (!isInside) this.#keepAround(chunk.subarray(from))
    else {
      if (until >= from) elements = this.#parsedList(chunk.subarray(from, until))
      this.#begun.push(chunk.subarray(Math.max(from, until + 1)))
    }
    this.#count += elements.length
    return elements
  }

  /** @throws VarveError when it is not the end, or there was no list. */
  end(): void {
    if (this.#place === 'inside') throw notWhole('it ends in the middle of its list')
    const body = this.#parsed(this.#aroundText())
    if (this.#place === 'before') throw new VarveError('V3010', `The answer has no list of rows: it is ${shown(body)}. Expected is a list at ${this.#paths.map((path) => (path === '' ? 'the top' : `"${path}"`)).join(', or at ')}. The source answers something else, or has changed.`)
  }

  #parsed(text: string): unknown {
    try {
      return readJson(text)
    } catch (error) {
      throw notWhole((error as Error).message, error)
    }
  }

  /** One element or several, with commas between. */
  #parsedList(part: Buffer): unknown[] {
    const text = this.#begun.length === 0 ? part.toString() : Buffer.concat([...this.#begun, part]).toString()
    this.#begun = []
    if (text.trim() === '') throw notWhole('there is a comma without an element')
    return this.#parsed(`[${text}]`) as unknown[] // that is a list
  }

  #isBlank(part: Buffer): boolean {
    return Buffer.concat([...this.#begun, part]).toString().trim() === ''
  }

  #keepAround(part: Buffer): void {
    this.#around.push(Buffer.from(part))
    this.#aroundSize += part.length
    if (this.#aroundSize > mostAround) throw notWhole('there is more around its list than a source would send')
  }

  #aroundText(): string {
    return Buffer.concat(this.#around).toString().replace(/^\uFEFF/, '')
  }

  /** Whether a list that begins here would be at one of the paths. */
  #isListAt(): boolean {
    const before = this.#aroundText()
    if (before.trim() === '') return this.#paths.includes('')
    try {
      const body: unknown = JSON.parse(before + JSON.stringify(marker) + closing(before))
      return this.#paths.some((path) => path !== '' && path.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), body) === marker)
    } catch {
      return false // inside another list, say
    }
  }
}

/** The brackets that a text leaves open, closed. */
function closing(text: string): string {
  let brackets = ''
  let isInText = false
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (isInText) {
      if (letter === '\\') at++
      else if (letter === '"') isInText = false
    } else if (letter === '"') isInText = true
    else if (letter === '{') brackets = `}${brackets}`
    else if (letter === '[') brackets = `]${brackets}`
    else if (letter === '}' || letter === ']') brackets = brackets.slice(1)
  }
  return brackets
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(body: unknown): string {
  const text = JSON.stringify(body)
  return redact(text.length > 200 ? `${text.slice(0, 200)}…` : text)
}

function notWhole(what: string, cause?: unknown): VarveError {
  return new VarveError('V3010', `The answer is no whole JSON: ${what}. Read it again.`, { cause, isRetryable: true })
}
