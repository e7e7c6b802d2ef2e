import { day, hour, minute, type Micros } from '../../time/micros.js'
import { Random } from '../random.js'
import type { TimeZone } from '../time-zone.js'
import * as desk from './desk-values.js'
import type { OtcRecord, OtcValue } from './otc-columns.js'
import type { OtcPeople } from './otc-people.js'

interface Surroundings {
  readonly seed: string
  readonly people: OtcPeople
  readonly zone: TimeZone
}

/** One change of a ticket. */
export interface TicketChange {
  readonly at: Micros
  /** Whether its status, team, assignee, severity, category or SLA state is another then: what history is kept of. */
  readonly isMoved: boolean
}

/** As many steps of the lifecycle as there are, less one: the place of `Closed`. */
const closed = desk.lifecycle.length - 1

/** A ticket with all its columns, after its changes; each change is different from the one before in more than its time. */
export function ticketRecord({ seed, people, zone }: Surroundings, id: number, createdAt: Micros, changes: readonly TicketChange[]): OtcRecord {
  const random = new Random(`${seed}/ticket/${id}`)
  const some = <T>(share: number, value: T): T | null => (random.chance(share) ? value : null)
  const category = desk.pickCategory(random)
  const account = random.int(0, desk.accounts.length - 1)
  const accountName = desk.accounts[account] ?? ''
  const creator = people.at(random.int(0, people.all.length - 1))
  const isChange = random.chance(0.008)
  const respondedAt = random.chance(0.63) ? createdAt + random.int(1, 90) * minute : Infinity
  const sla = some(0.68, random.pick(desk.slaNames))
  const state = {
    step: random.int(0, closed),
    team: desk.pickTeam(random),
    assignee: random.int(0, people.all.length - 1),
    severity: category === 'Alert' ? desk.pickAlertSeverity(random) : desk.pickSeverity(random),
    category,
    rootCause: some(0.97, desk.pickRootCause(random)),
    slaMet: random.chance(0.8),
    solution: some(0.64, random.pick(desk.solutions)),
    customerReference: some(0.2, `REF-${random.int(1000, 9999)}`),
    updates: 0,
  }
  let settledAt: Micros | null = state.step >= closed - 1 ? (changes[0]?.at ?? createdAt) : null
  for (const [number, { at, isMoved }] of changes.entries()) {
    if (number === 0) continue // as it came to be known
    const before = state.step
    changeTicket(state, { isMoved, hasSla: sla !== null }, new Random(`${seed}/ticket/${id}/${number}`), people.all.length)
    if (before < closed - 1 && state.step >= closed - 1) settledAt = at
    else if (state.step < closed - 1) settledAt = null
  }
  const modifiedAt = changes.at(-1)?.at ?? createdAt
  const responded = respondedAt <= modifiedAt ? respondedAt : null
  const month = (at: Micros) => new Date(zone.toWall(at) / 1000).toISOString().slice(0, 7)
  const isWaiting = state.step <= 1
  const assignee = people.at(state.assignee)
  const isClosed = state.step === closed
  const breachReason = sla !== null && !state.slaMet ? (desk.breachReasons[id % desk.breachReasons.length] ?? null) : null
  const planned = createdAt - (createdAt % day) + 3 * day
  const step = desk.lifecycle[state.step] ?? 'Open'
  const onlyChanges = (value: OtcValue) => (isChange ? value : null)
  return {
    'TKT-Ticket ID': id,
    'TKT-Parent ID': id % 45 === 0 ? id - 1 : null,
    'TKT-Customer Reference': state.customerReference,
    'TKT-Created Time': createdAt,
    'TKT-Month Created': month(createdAt),
    'TKT-SLA': sla,
    'TKT-Account Id': 5000 + account,
    'TKT-Account Name': accountName,
    'TKT-Site Classification': account % 3 === 0 ? 'Metro' : 'Regional',
    'TKT-Site Status': 'Active',
    'TKT-Selcom Key': `SEL${5000 + account}`,
    'TKT-Title': `${desk.titles[id % desk.titles.length]} ${id % 97}`,
    'TKT-Description': desk.descriptions[id % desk.descriptions.length] ?? null,
    'TKT-Severity': state.severity,
    'TKT-Status': step === 'Resolved' && category === 'Incident' ? 'Incident Resolved' : step,
    'TKT-Assigned To Userid': isWaiting ? null : assignee.userId,
    'TKT-Assigned To User': isWaiting ? ' PendingAssignment' : assignee.fullName,
    'TKT-Job#/Ref#': id % 6 === 0 ? `J${id % 10_000}` : null,
    'TKT-Team': state.team,
    'TKT-Modified Time': modifiedAt,
    'TKT-Category': state.category,
    'TKT-Resolution/Change Type': id % 100 < 83 ? (desk.resolutionTypes[id % desk.resolutionTypes.length] ?? null) : null,
    'TKT-Root Cause Category': state.rootCause,
    'TKT-Created By Userid': category === 'Alert' ? people.automation.userId : creator.userId,
    'TKT-Created By User': category === 'Alert' ? people.automation.fullName : creator.fullName,
    'TKT-Client Name': category === 'Alert' ? 'Monitoring' : (desk.clientNames[id % desk.clientNames.length] ?? null),
    'TKT-Ticket Source': category === 'Alert' ? 'email' : (desk.sources[id % desk.sources.length] ?? null),
    'TKT-Related CI Ref#': id % 2500 === 0 ? id % 1000 : null,
    'TKT-Related CI': id % 2500 === 0 ? `CI ${id % 1000}` : null,
    'TKT-Actual Response Date': responded,
    'TKT-Actual Resolution Date': settledAt,
    'TKT-Response Met': responded === null ? null : responded - createdAt < hour,
    'TKT-Resolution Met': settledAt === null ? null : state.slaMet,
    'TKT-SLA Met': sla === null ? null : state.slaMet,
    'TKT-SLA Exempt': id % 50 === 0 ? 'Exempt' : null,
    'TKT-Mitigated Reason': breachReason === null || id % 4 > 0 ? null : 'Agreed with the customer',
    'TKT-SLA Clock Status': sla === null ? null : isClosed ? 'Stopped' : step === 'Pending' ? 'Paused' : 'Running',
    'TKT-SLA Breach Reason': breachReason,
    'TKT-SLA Breach Comment': breachReason === null ? null : `${breachReason}, see notes`,
    'TKT-QA Review Completed': isClosed && id % 5 === 0 ? 'Reviewed' : null,
    'TKT-Closure Date': isClosed ? settledAt : null,
    'TKT-Month Closed': isClosed && settledAt !== null ? month(settledAt) : null,
    'TKT-Solution': state.solution,
    'TKT-SLA Closure Date': isClosed && sla !== null ? settledAt : null,
    'TKT-SLA Month Closed': isClosed && sla !== null && settledAt !== null ? month(settledAt) : null,
    'TKT-SLA Closed - This Month': isClosed && sla !== null ? 'Y' : null,
    'TKT-SLA Closed - Last Month': null,
    'TKT-Actual SLA Achievement': sla === null ? null : state.slaMet ? 'Achieved' : 'Missed',
    'Chg-Risk': onlyChanges('Low'),
    'Chg-Trigger': onlyChanges('Vendor notice'),
    'Chg-Type': onlyChanges('Normal'),
    'Chg-Planned Start Date': onlyChanges(planned),
    'Chg-Planned End Date': onlyChanges(planned + 2 * hour),
    'Chg-Actual Start Date': onlyChanges(isClosed ? planned + 5 * minute : null),
    'Chg-Actual End Date': onlyChanges(isClosed ? planned + hour : null),
    'Chg-Approver': onlyChanges(creator.fullName),
    'Chg-Success': onlyChanges(isClosed ? 'Successful' : null),
    'TKT-Is Template': 'N',
    'TKT-Platform': id % 2 === 0 ? 'Azure' : 'VMware',
    'TKT-Group': state.team.startsWith('Cloud') ? 'Cloud' : 'Network',
  }
}

interface TicketState {
  step: number
  team: string
  assignee: number
  severity: string
  category: string
  rootCause: string | null
  slaMet: boolean
  solution: string | null
  customerReference: string | null
  updates: number
}

/** One change; the reference that the customer gave always has another number behind it, and so none is of the time alone. */
function changeTicket(state: TicketState, { isMoved, hasSla }: { readonly isMoved: boolean; readonly hasSla: boolean }, random: Random, people: number): void {
  state.updates++
  state.customerReference = `${(state.customerReference ?? 'REF').replace(/ \(\d+\)$/, '')} (${state.updates})`
  const what = random.next()
  if (!isMoved) {
    state.rootCause = desk.pickRootCause(random)
    state.solution = random.pick(desk.solutions)
  } else if (what < 0.5 || (what < 0.7 && state.step <= 1)) state.step = state.step === closed ? 2 : state.step + 1 // a closed one is opened again
  else if (what < 0.7) state.assignee = (state.assignee + random.int(1, people - 1)) % people
  else if (what < 0.8) state.team = another(state.team, () => desk.pickTeam(random))
  else if (what < 0.88) state.severity = another(state.severity, () => desk.pickSeverity(random))
  else if (what < 0.94 || !hasSla) state.category = another(state.category, () => desk.pickCategory(random))
  else state.slaMet = !state.slaMet
}

function another(value: string, pick: () => string): string {
  let picked = pick()
  while (picked === value) picked = pick()
  return picked
}
