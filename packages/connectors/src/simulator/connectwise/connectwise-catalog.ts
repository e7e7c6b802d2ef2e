import type { Random } from '../random.js'
import type { ConnectwiseRecord, RecordInfo, Reference } from './connectwise-records.js'

/** A status as tickets have it: with a capital S, where priorities have a small one. */
export interface StatusReference extends Reference {
  readonly Sort: number
  readonly _info: { readonly status_href: string }
}

/** Somebody who works for the tenant. */
export interface Member extends Reference {
  readonly identifier: string
}

/** A board with what belongs to it alone. */
export interface BoardCatalog {
  readonly board: Reference
  /** Closed ones last. */
  readonly statuses: readonly StatusReference[]
  readonly types: readonly { readonly type: Reference; readonly subTypes: readonly Reference[]; readonly items: readonly Reference[] }[]
  readonly teams: readonly Reference[]
}

/** What the rows of a tenant point to. */
export interface ConnectwiseCatalog {
  readonly boards: readonly BoardCatalog[]
  readonly boardRows: ConnectwiseRecord[]
  readonly statusRows: ConnectwiseRecord[]
  readonly members: readonly Member[]
  readonly priorities: readonly (Reference & { readonly sort: number; readonly level: string })[]
  readonly sources: readonly Reference[]
}

const hrefs = 'https://cw.example.test/v4_6_release/apis/3.0'
const boardNames = ['Service Desk', 'Network Operations', 'Projects & Changes', 'Security']
const statusNames = ['New (not responded)', 'Assigned', 'Scheduled', 'In Progress', 'Waiting on Client', 'Resolved', '>Closed']
const topics = {
  Incident: { subTypes: ['Printing', 'E-mail', 'Network', 'Workstation'], items: ['Driver', 'Cable', 'Account', 'Update'] },
  'Service Request': { subTypes: ['New user', 'Access', 'Purchase'], items: ['Laptop', 'Licence', 'Mailbox'] },
  Proactive: { subTypes: ['Patching', 'Backup'], items: ['Server', 'Firewall'] },
}
const firstNames = ['Morgan', 'Avery', 'Robin', 'Sascha', 'Jamie', 'Noor', 'Kim', 'Lou', 'Alexis', 'Devon', 'Yuki', 'Sam']
const lastNames = ['Sample', 'Testcase', 'Muster', 'Exempel', 'Esempio', 'Voorbeeld', 'Przykład', 'Örnek']

/** The boards of a tenant, each with statuses of its own: the same name has another id on each, and one of them another name. */
export function foundCatalog(random: Random, born: RecordInfo): ConnectwiseCatalog {
  let id = random.int(10, 60)
  const next = () => (id += random.int(1, 3))
  const named = (name: string): Reference => ({ id: next(), name })
  const boards = boardNames.map((name, at): BoardCatalog => {
    const board = { ...named(name), _info: { board_href: `${hrefs}/service/boards/${id}` } }
    return {
      board,
      statuses: statusNames.map((status, place) => {
        const reference = named(at === 1 && status === 'Waiting on Client' ? 'Waiting on Customer' : status)
        return { ...reference, Sort: (place + 1) * 10, _info: { status_href: `${hrefs}/service/boards/${board.id}/statuses/${reference.id}` } }
      }),
      types: Object.entries(topics).map(([type, { subTypes, items }]) => ({ type: named(type), subTypes: subTypes.map(named), items: items.map(named) })),
      teams: ['Tier 1', 'Tier 2', 'On site'].map(named),
    }
  })
  return {
    boards,
    boardRows: boards.map(({ board }) => ({ id: board.id, name: board.name, inactiveFlag: false, location: { id: 1, name: 'Main office' }, department: { id: 2, identifier: 'SVC', name: 'Service' }, _info: born })),
    statusRows: boards
      .flatMap(({ board, statuses }) => statuses.map((status, at) => ({ id: status.id, name: status.name, boardId: board.id, sortOrder: status.Sort, defaultFlag: at === 0, closedStatus: at === statuses.length - 1, inactive: false, _info: born })))
      .toSorted((a, b) => a.id - b.id),
    members: foundMembers(random, next),
    priorities: ['Priority 1 - Critical', 'Priority 2 - High', 'Priority 3 - Normal Response', 'Priority 4 - Scheduled'].map((name, at) => ({ ...named(name), sort: at + 1, level: at === 0 ? 'High' : at < 3 ? 'Medium' : 'Low' })),
    sources: ['Phone', 'Email', 'Portal', 'Monitoring'].map(named),
  }
}

/** The name of a person that nobody has. */
export function personName(random: Random): { readonly firstName: string; readonly lastName: string } {
  return { firstName: random.pick(firstNames), lastName: random.pick(lastNames) }
}

function foundMembers(random: Random, next: () => number): Member[] {
  const members = new Map<string, Member>()
  while (members.size < 14) {
    const { firstName, lastName } = personName(random)
    const identifier = `${firstName.charAt(0)}${lastName}`.toUpperCase()
    if (!members.has(identifier)) members.set(identifier, { id: next(), identifier, name: `${firstName} ${lastName}` })
  }
  return [...members.values()]
}
