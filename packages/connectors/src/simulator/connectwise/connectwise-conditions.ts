import { RequestProblem } from '../request-problem.js'
import { valueAt, type ConnectwiseRecord } from './connectwise-records.js'

/** Whether a record is meant. */
export type Predicate = (record: ConnectwiseRecord) => boolean

type Token = { readonly kind: 'text' | 'number' | 'date' | 'word' | 'sign'; readonly value: string }
type Literal = { readonly kind: 'text' | 'number' | 'date' | 'flag' | 'null'; readonly value: string | number | boolean | null }

const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\[([^\]]*)\]|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w/]*)|(<=|>=|!=|=|<|>|\(|\)|,))/y
const comparisons = ['=', '!=', '<', '<=', '>', '>=', 'contains', 'like']

/**
 * Reads a condition as the source documents it: comparisons, `in`, `not`, `and`, `or` and parentheses; `and` binds closer. Comparisons
 * with what is absent do not hold, except with null.
 *
 * @param knownNames what a condition may name; anything, where that is not known
 * @throws RequestProblem with 400 where it is none.
 */
export function readConditions(text: string, knownNames: ReadonlySet<string> | undefined): Predicate {
  return new ConditionReader(tokensOf(text), knownNames).read()
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  pattern.lastIndex = 0
  while (text.slice(pattern.lastIndex).trim() !== '') {
    const at = pattern.lastIndex
    const match = pattern.exec(text)
    if (!match) throw new RequestProblem(400, `conditions: not understood at position ${at}`)
    const [, double, single, date, number, word, sign] = match
    const quoted = double ?? single
    if (quoted !== undefined) tokens.push({ kind: 'text', value: quoted.replaceAll(/\\(.)/g, '$1') })
    else if (date !== undefined) tokens.push({ kind: 'date', value: date })
    else if (number !== undefined) tokens.push({ kind: 'number', value: number })
    else tokens.push(word === undefined ? { kind: 'sign', value: sign ?? '' } : { kind: 'word', value: word })
  }
  return tokens
}

class ConditionReader {
  readonly #tokens: readonly Token[]
  readonly #known: ReadonlySet<string> | undefined
  #at = 0

  constructor(tokens: readonly Token[], known: ReadonlySet<string> | undefined) {
    this.#tokens = tokens
    this.#known = known
  }

  read(): Predicate {
    const predicate = this.#any()
    if (this.#at < this.#tokens.length) throw this.#problem('something is left over')
    return predicate
  }

  #any(): Predicate {
    let left = this.#all()
    while (this.#take('or')) {
      const [before, after] = [left, this.#all()]
      left = (record) => before(record) || after(record)
    }
    return left
  }

  #all(): Predicate {
    let left = this.#one()
    while (this.#take('and')) {
      const [before, after] = [left, this.#one()]
      left = (record) => before(record) && after(record)
    }
    return left
  }

  #one(): Predicate {
    if (this.#take('not')) {
      const inner = this.#one()
      return (record) => !inner(record)
    }
    if (this.#take('(')) {
      const inner = this.#any()
      this.#expect(')')
      return inner
    }
    return this.#comparison()
  }

  #comparison(): Predicate {
    const field = this.#next()
    if (field?.kind !== 'word') throw this.#problem('a field is expected')
    const path = (field.value === 'lastUpdated' ? '_info/lastUpdated' : field.value).split('/')
    if (this.#known?.has(path[0] ?? '') === false) throw new RequestProblem(400, `conditions: there is no ${field.value}`)
    if (this.#take('not')) {
      const inner = this.#compared(path)
      return (record) => !inner(record)
    }
    return this.#compared(path)
  }

  #compared(path: readonly string[]): Predicate {
    if (this.#take('in')) {
      this.#expect('(')
      const literals = [this.#literal()]
      while (this.#take(',')) literals.push(this.#literal())
      this.#expect(')')
      const wanted = new Set(literals.map(({ value }) => plain(value)))
      return (record) => wanted.has(plain(valueAt(record, path)))
    }
    const operator = this.#next()?.value ?? ''
    if (!comparisons.includes(operator)) throw this.#problem(`"${operator}" is no operator`)
    return comparison(path, operator, this.#literal())
  }

  #literal(): Literal {
    const token = this.#next()
    if (token?.kind === 'text') return { kind: 'text', value: token.value }
    if (token?.kind === 'number') return { kind: 'number', value: Number(token.value) }
    if (token?.kind === 'word' && /^(?:true|false)$/i.test(token.value)) return { kind: 'flag', value: token.value.toLowerCase() === 'true' }
    if (token?.kind === 'word' && token.value.toLowerCase() === 'null') return { kind: 'null', value: null }
    if (token?.kind !== 'date') throw this.#problem('a value is expected')
    const at = Date.parse(token.value)
    if (Number.isNaN(at)) throw new RequestProblem(400, `conditions: [${token.value}] is no date`)
    return { kind: 'date', value: at }
  }

  #next(): Token | undefined {
    return this.#tokens[this.#at++]
  }

  #take(value: string): boolean {
    const token = this.#tokens[this.#at]
    const isIt = (token?.kind === 'word' || token?.kind === 'sign') && token.value.toLowerCase() === value
    if (isIt) this.#at++
    return isIt
  }

  #expect(value: string): void {
    if (!this.#take(value)) throw this.#problem(`"${value}" is expected`)
  }

  #problem(what: string): RequestProblem {
    return new RequestProblem(400, `conditions: ${what} at word ${this.#at}`)
  }
}

function comparison(path: readonly string[], operator: string, { kind, value }: Literal): Predicate {
  if (kind === 'null') {
    if (operator !== '=' && operator !== '!=') throw new RequestProblem(400, 'conditions: null is equal or not equal')
    return (record) => (valueAt(record, path) === undefined) === (operator === '=')
  }
  if (operator === 'contains' || operator === 'like') {
    if (kind !== 'text') throw new RequestProblem(400, `conditions: ${operator} takes a text`)
    const escaped = String(value).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    const like = new RegExp(operator === 'like' ? `^${escaped.replaceAll(/%|\\\*/g, '.*')}$` : escaped, 'is')
    return (record) => {
      const own = valueAt(record, path)
      return typeof own === 'string' && like.test(own)
    }
  }
  const other = plain(value)
  return (record) => {
    const own = valueAt(record, path)
    if (own === undefined) return false
    // What is written in brackets is compared with instants, and those alone.
    const left = kind === 'date' ? Date.parse(String(own)) : plain(own)
    if (typeof left !== typeof other || (typeof left === 'number' && Number.isNaN(left))) throw new RequestProblem(400, `conditions: ${path.join('/')} cannot be compared with this value`)
    return holds(operator, left, other)
  }
}

function holds(operator: string, left: string | number | boolean, right: string | number | boolean): boolean {
  switch (operator) {
    case '=':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    default:
      return left >= right
  }
}

/** Texts without regard to case, as the database behind it compares them. */
function plain(value: unknown): string | number | boolean {
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value).toLowerCase()
}
