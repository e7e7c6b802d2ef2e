import { RequestProblem } from '../request-problem.js'
import type { ConnectwiseTable } from './connectwise-records.js'
import type { ConnectwiseWorld } from './connectwise-world.js'
import { RecordTable } from './record-table.js'

/** What an address names: a list, its count, or a row of it. */
export interface Address {
  readonly table: ConnectwiseTable | 'notes'
  readonly rows: RecordTable
  readonly id: number | undefined
  readonly isCount: boolean
}

export const apiPath = '/v4_6_release/apis/3.0'

const lists: Readonly<Record<string, ConnectwiseTable>> = {
  '/service/tickets': 'tickets',
  '/company/companies': 'companies',
  '/company/contacts': 'contacts',
  '/time/entries': 'timeEntries',
  '/service/boards': 'boards',
}
const form = /^(\/[a-z]+\/[a-z]+)(?:\/(\d+)\/(notes|statuses))?(?:\/(count|search|\d+))?$/

/** @throws RequestProblem with 404 where nothing lies at that path. */
export function readAddress(world: ConnectwiseWorld, path: string): Address {
  const [, list = '', parent, part, end] = form.exec(path.startsWith(apiPath) ? path.slice(apiPath.length) : '') ?? []
  const top = lists[list]
  const named = top && (part === undefined ? { table: top, rows: world.table(top) } : partOf(world, top, Number(parent), part))
  if (!named || (end === 'search' && named.table !== 'tickets')) throw new RequestProblem(404, `There is no ${path}`)
  return { ...named, id: end !== undefined && /\d/.test(end) ? Number(end) : undefined, isCount: end === 'count' }
}

/** Notes belong to a ticket, statuses to a board. */
function partOf(world: ConnectwiseWorld, table: ConnectwiseTable, parent: number, part: string): Pick<Address, 'table' | 'rows'> | undefined {
  if (table === 'tickets' && part === 'notes') {
    const notes = world.notes(parent)
    return notes && { table: 'notes', rows: new RecordTable([...notes]) }
  }
  if (table !== 'boards' || part !== 'statuses' || !world.table('boards').find(parent)) return undefined
  return { table: 'statuses', rows: new RecordTable(world.table('statuses').rows.filter((row) => row['boardId'] === parent)) }
}
