import { microsOf, type Micros } from '../../time/micros.js'
import { RequestProblem } from '../request-problem.js'
import { valueAt } from './render.js'
import { aMonth, fieldsOf } from './tracktik-fields.js'
import type { TracktikRecords, TracktikResource } from './tracktik-records.js'
import type { TracktikWorld } from './tracktik-world.js'

const operators = ['contains', 'startswith', 'endswith', 'gt', 'gte', 'lt', 'lte', 'in', 'inSet', 'not', 'isnull', 'isnotnull', 'before', 'after', 'between'] as const
type Operator = (typeof operators)[number] | 'is'

/** One condition of a request. */
export interface Filter {
  readonly path: readonly string[]
  readonly operator: Operator
  readonly operand: string
  /** The operand in parts, as instants where they are. */
  readonly instants: readonly number[]
  /** Accepted, and of no effect. */
  readonly isIgnored: boolean
}

/** What may stand in a query and is no filter. */
const reserved = new Set(['limit', 'offset', 'fields', 'include', 'sort', 'q', 'includeInactive', 'scope', 'id', 'idIn', 'subRegionTreeOfRegionId'])
const shiftFilters = new Set(['customId', 'startDateTime', 'startsOn', 'endDateTime', 'endsOn', 'employee', 'modifiedOn', 'id'])
const effectiveOnShifts = new Set<Operator>(['is', 'in', 'between'])

/** Reads the filters of a request. @throws RequestProblem as the source refuses them. */
export function readFilters(resource: TracktikResource, query: URLSearchParams, ignored: ReadonlySet<string>): Filter[] {
  const filters: Filter[] = []
  for (const [key, operand] of query) {
    if (reserved.has(key)) continue
    const [name = '', operator = 'is', ...rest] = key.split(':')
    const path = name.split('.')
    if (!(path[0] !== undefined && path[0] in fieldsOf(resource))) throw new RequestProblem(400, `${path[0]} is not a field in ${resource}`)
    if (rest.length > 0 || !isOperator(operator)) throw new RequestProblem(400, `${operator} is not an operator`)
    if (resource === 'shifts' && !shiftFilters.has(path[0])) throw new RequestProblem(400, `Filtering shifts by ${name} is not supported`)
    const filter: Filter = { path, operator, operand, instants: instantsOf(operand), isIgnored: ignored.has(key) || (resource === 'shifts' && !effectiveOnShifts.has(operator)) }
    checkOperand(resource, filter)
    filters.push(filter)
  }
  const ids = query.get('idIn') ?? query.get('id')
  if (ids !== null) {
    const filter: Filter = { path: ['id'], operator: 'in', operand: ids, instants: [], isIgnored: false }
    checkOperand(resource, filter)
    filters.push(filter)
  }
  if (resource === 'shifts' && filters.length === 0 && !query.has('scope')) throw new RequestProblem(400, 'At least one property filter or scope is required')
  return filters
}

function isOperator(text: string): text is Operator {
  return text === 'is' || (operators as readonly string[]).includes(text) // a wider list to look in
}

function checkOperand(resource: TracktikResource, { operator, operand, path }: Filter): void {
  if (operator === 'in' && operand.split(',').length > 100) throw new RequestProblem(400, 'No more than 100 values are allowed for in')
  if (operator !== 'between') return
  const [from, to, ...rest] = operand.split('|').map(microsOf)
  if (from === undefined || to === undefined || rest.length > 0) throw new RequestProblem(400, `${operand} is not a range for ${path.join('.')}`)
  if (resource === 'shifts' && to - from > aMonth) throw new RequestProblem(400, 'The range of between must not be longer than 1 month')
}

/** Whether a record passes a filter. */
export function passes<R extends TracktikResource>(world: TracktikWorld, resource: R, record: TracktikRecords[R], filter: Filter): boolean {
  const { path, operator, operand, isIgnored } = filter
  if (isIgnored) return true
  const own = path.length === 1 ? fieldsOf(resource)[path[0] ?? ''] : undefined
  if (own?.kind === 'instant') return passesInstant(own.read(record), filter)
  const value = own?.kind === 'relation' ? own.read(record) : valueAt(world, resource, record, path)
  const text = value === null || value === undefined ? '' : String(value)
  switch (operator) {
    case 'is':
      return text === operand
    case 'not':
      return text !== operand
    case 'contains':
      return text.toLowerCase().includes(operand.toLowerCase())
    case 'startswith':
      return text.toLowerCase().startsWith(operand.toLowerCase())
    case 'endswith':
      return text.toLowerCase().endsWith(operand.toLowerCase())
    case 'in':
    case 'inSet':
      return operand.split(',').some((one) => one.trim() === text)
    case 'isnull':
      return text === ''
    case 'isnotnull':
      return text !== ''
    default:
      return text !== '' && inRange(operator, operand.split('|').map((bound) => order(text, bound)))
  }
}

function instantsOf(operand: string): number[] {
  return operand.split(/[|,]/).map((part) => microsOf(part) ?? NaN)
}

function passesInstant(at: Micros | null, { operator, instants }: Filter): boolean {
  if (operator === 'isnull' || at === null) return operator === 'isnull' ? at === null : operator === 'not'
  if (operator === 'isnotnull') return true
  const bounds = instants.map((bound) => at - bound)
  if (operator === 'is' || operator === 'in' || operator === 'inSet') return bounds.includes(0)
  return operator === 'not' ? bounds[0] !== 0 : inRange(operator, bounds)
}

/** Takes how the value stands to the bound, or to the two of them. */
function inRange(operator: Operator, [first = NaN, second = NaN]: readonly number[]): boolean {
  switch (operator) {
    case 'gt':
    case 'after':
      return first > 0
    case 'gte':
      return first >= 0
    case 'lt':
    case 'before':
      return first < 0
    case 'lte':
      return first <= 0
    case 'between':
      return first >= 0 && second <= 0
    default:
      return false
  }
}

/** Numbers as numbers, all else as text. */
function order(a: string, b: string): number {
  const difference = Number(a) - Number(b)
  return Number.isNaN(difference) ? (a < b ? -1 : a > b ? 1 : 0) : difference
}
