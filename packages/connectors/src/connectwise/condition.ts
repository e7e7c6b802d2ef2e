import { VarveError } from '@varve/core'
import { microsOf, second } from '../time/micros.js'

/** A condition of the source, as text that is safe to send. Made by {@link where}, {@link allOf}, {@link anyOf} and {@link noneOf} alone. */
export class Condition {
  /** @internal */
  constructor(
    readonly text: string,
    /** Whether it must stand in parentheses beside others. */
    readonly isCompound: boolean,
  ) {}

  toString(): string {
    return this.text
  }
}

/** What a field is compared with; a `Date` is an instant, and goes to the second. */
export type ConditionValue = string | number | boolean | Date | null

/** How a field is compared. */
export type ConditionOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'like'

const fieldPath = /^[A-Za-z_]\w*(?:\/[A-Za-z_]\w*)*$/

/**
 * Compares a field with a value. Texts are quoted and escaped, so that no value can say more than itself.
 *
 * @throws VarveError `V1009` for a name that is no field, an empty list, or a value that cannot be written.
 *
 * @example
 * ```ts
 * where('board/name', '=', 'Service Desk').text // 'board/name="Service Desk"'
 * where('status/id', 'in', [16, 17]).text // 'status/id in (16,17)'
 * ```
 */
export function where(field: string, operator: ConditionOperator, value: ConditionValue): Condition
export function where(field: string, operator: 'in', values: readonly (string | number)[]): Condition
export function where(field: string, operator: ConditionOperator | 'in', value: ConditionValue | readonly (string | number)[]): Condition {
  if (!fieldPath.test(field)) throw new VarveError('V1009', `"${field}" is no field for a condition. Write a name, or a path with slashes such as status/name.`)
  if (isList(value)) {
    if (value.length === 0) throw new VarveError('V1009', `The condition on ${field} has an empty list, which nothing is in. Leave the request out.`)
    return new Condition(`${field} in (${value.map((one) => literal(field, one)).join(',')})`, false)
  }
  if (value === null && operator !== '=' && operator !== '!=') throw new VarveError('V1009', `${field} ${operator} null says nothing: null is only equal (=) or not equal (!=).`)
  const isWord = /^[a-z]/.test(operator)
  return new Condition(isWord ? `${field} ${operator} ${literal(field, value)}` : `${field}${operator}${literal(field, value)}`, false)
}

/**
 * All of these hold; undefined ones are left out.
 *
 * @example
 * ```ts
 * allOf(where('closedFlag', '=', false), anyOf(where('severity', '=', 'High'), where('impact', '=', 'High')))
 * ```
 */
export function allOf(...conditions: readonly (Condition | undefined)[]): Condition | undefined {
  return joined('and', conditions)
}

/**
 * One of these holds; undefined ones are left out.
 *
 * @example
 * ```ts
 * anyOf(where('owner/id', '=', null), where('owner/identifier', '=', 'MSAMPLE'))
 * ```
 */
export function anyOf(...conditions: readonly (Condition | undefined)[]): Condition | undefined {
  return joined('or', conditions)
}

/**
 * This does not hold.
 *
 * @example
 * ```ts
 * noneOf(where('summary', 'contains', 'test'))
 * ```
 */
export function noneOf(condition: Condition): Condition {
  return new Condition(`not (${condition.text})`, false)
}

function joined(word: 'and' | 'or', conditions: readonly (Condition | undefined)[]): Condition | undefined {
  const given = conditions.filter((one) => one !== undefined)
  const [first] = given
  if (given.length < 2) return first
  return new Condition(given.map((one) => (one.isCompound ? `(${one.text})` : one.text)).join(` ${word} `), true)
}

function literal(field: string, value: ConditionValue): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || /e/.test(String(value))) throw new VarveError('V1009', `The condition on ${field} has the number ${value}, which cannot be written without an exponent. Use one that can.`)
    return String(value)
  }
  if (Number.isNaN(value.getTime())) throw new VarveError('V1009', `The condition on ${field} has a date that is none. Give a valid one.`)
  return `[${secondText(value.getTime())}]`
}

function isList(value: ConditionValue | readonly (string | number)[]): value is readonly (string | number)[] {
  return Array.isArray(value)
}

/** An instant as the source writes it, to the second. */
export function secondText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/**
 * The instant of a text, on the next whole second: the source has no finer ones, so as a lower or an upper bound that is not included it
 * means the same. @throws VarveError `V1009` when it is none.
 */
export function boundOf(text: string, name: string): Date {
  const micros = microsOf(text)
  if (micros === undefined) throw new VarveError('V1009', `"${text}" is no instant for ${name}. Write one such as 2025-03-01T00:00:00Z.`)
  return new Date(Math.ceil(micros / second) * 1000)
}
