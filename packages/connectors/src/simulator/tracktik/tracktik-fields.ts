import { day, hour, type Micros } from '../../time/micros.js'
import { shiftFigures, twoPlaces } from './shift-figures.js'
import type { TracktikRecords, TracktikResource } from './tracktik-records.js'
import type { TracktikWorld } from './tracktik-world.js'

/** A field of a resource: where its value is, and how it is written. */
export type Field<Kept> =
  | { readonly kind: 'plain'; readonly read: (record: Kept, world: TracktikWorld) => unknown; readonly isOnDemand?: boolean }
  | { readonly kind: 'instant'; readonly read: (record: Kept) => Micros | null; readonly zoneOf?: (record: Kept) => string; readonly isOnDemand?: boolean }
  | { readonly kind: 'decimal'; readonly read: (record: Kept) => string | null; readonly isOnDemand?: boolean }
  | { readonly kind: 'relation'; readonly to: TracktikResource; readonly read: (record: Kept) => number | null; readonly isOnDemand?: boolean }

export type Fields<Kept> = Readonly<Record<string, Field<Kept>>>

const plain = <Kept>(read: (record: Kept, world: TracktikWorld) => unknown): Field<Kept> => ({ kind: 'plain', read })
const onDemand = <Kept>(read: (record: Kept, world: TracktikWorld) => unknown): Field<Kept> => ({ kind: 'plain', read, isOnDemand: true })
const utc = <Kept>(read: (record: Kept) => Micros | null): Field<Kept> => ({ kind: 'instant', read })
const local = <Kept>(read: (record: Kept) => Micros | null, zoneOf: (record: Kept) => string): Field<Kept> => ({ kind: 'instant', read, zoneOf })
const relation = <Kept>(to: TracktikResource, read: (record: Kept) => number | null): Field<Kept> => ({ kind: 'relation', to, read })
const fixed = <Kept>(value: unknown): Field<Kept> => plain(() => value)

function every<R extends TracktikResource>(resource: R): Fields<TracktikRecords[R]> {
  return {
    id: plain((record) => record.id),
    resourceType: fixed(resource),
    uri: plain((record) => `/rest/v1/${resource}/${record.id}`),
    createdBy: fixed(1),
    createdOn: utc((record) => record.createdAt),
    updatedBy: fixed(1),
    updatedOn: utc((record) => record.updatedAt),
  }
}

const addressIn = (city: string) => ({ addressLine1: '1 Invented Street', addressLine2: null, city, state: null, country: null, postalCode: '00000', latitude: null, longitude: null })

/** An hour figure or a sum of a shift; a test may have put an exact one in its place. */
const figure = (name: string, read: (record: TracktikRecords['shifts']) => number | null): Field<TracktikRecords['shifts']> => ({
  kind: 'decimal',
  isOnDemand: true,
  read: (record) => record.exact[name] ?? decimal(read(record)),
})
const decimal = (hundredths: number | null) => (hundredths === null ? null : twoPlaces(hundredths))

/** A decimal inside of an object, which is written with its digits as well. */
export class Digits {
  constructor(readonly text: string) {}
}
const digits = (exact: string | undefined, hundredths: number | null) => (exact === undefined && hundredths === null ? null : new Digits(exact ?? twoPlaces(hundredths ?? 0)))

/** Every resource with its fields, as the API has them. */
export const tracktikFields: { readonly [R in TracktikResource]: Fields<TracktikRecords[R]> } = {
  regions: {
    ...every('regions'),
    customId: plain((region) => region.customId),
    name: plain((region) => region.name),
    company: plain((region) => region.company),
    primaryPhone: fixed(null),
    email: fixed(null),
    timeZone: plain((region) => region.timeZone),
    parentRegion: relation('regions', (region) => region.parentRegion),
    prefix: plain((region) => region.customId.split('-')[0]),
  },
  employees: {
    ...every('employees'),
    customId: plain((employee) => employee.customId),
    firstName: plain((employee) => employee.firstName),
    lastName: plain((employee) => employee.lastName),
    name: plain((employee) => `${employee.firstName} ${employee.lastName}`),
    username: plain((employee) => `${employee.firstName}${employee.id}`.toLowerCase()),
    email: plain((employee) => employee.email),
    primaryPhone: plain((employee) => employee.primaryPhone),
    secondaryPhone: fixed(null),
    jobTitle: plain((employee) => employee.jobTitle),
    region: relation('regions', (employee) => employee.region),
    gender: fixed(null),
    birthday: fixed(null),
    tags: fixed([]),
    language: fixed('en'),
    status: plain((employee) => employee.status),
    lastLoggedInOn: fixed(null),
    address: onDemand((employee) => addressIn(employee.city)),
    employmentProfile: onDemand((employee) => ({
      employeeType: 'EMPLOYEE',
      employeeClass: null,
      employmentDate: employee.employmentDate,
      terminationDate: employee.terminationDate,
      payRateType: 'HOURLY',
      hourlyRate: digits(undefined, employee.payRateCents),
      overtimeExempt: false,
    })),
  },
  clients: {
    ...every('clients'),
    customId: plain((client) => client.customId),
    name: plain((client) => client.name),
    company: plain((client) => client.company),
    parentClient: relation('clients', (client) => client.parentClient),
    type: plain((client) => client.type),
    region: relation('regions', (client) => client.region),
    status: plain((client) => client.status),
    closedDate: plain((client) => client.closedDate),
    timeZone: plain((client) => client.timeZone),
    email: fixed(null),
    website: fixed(null),
    tags: fixed([]),
    address: onDemand((client) => addressIn(client.city)),
  },
  positions: {
    ...every('positions'),
    customId: plain((position) => position.customId),
    name: plain((position) => position.name),
    description: fixed(null),
    status: plain((position) => position.status),
    account: relation('clients', (position) => position.account),
    contract: fixed(null),
    nonBillable: plain((position) => position.nonBillable),
    beginDate: fixed(null),
    endDate: fixed(null),
  },
  shifts: {
    ...every('shifts'),
    customId: plain((shift) => shift.customId),
    status: plain((shift) => shift.status),
    attendanceStatus: plain((shift) => shift.attendanceStatus),
    employee: relation('employees', (shift) => shift.employee),
    position: relation('positions', (shift) => shift.position),
    // NULL on the tenants that were seen: the site is found through the position.
    account: relation('clients', () => null),
    startDateTime: local((shift) => shift.startsAt, (shift) => shift.timeZone),
    endDateTime: local((shift) => shift.endsAt, (shift) => shift.timeZone),
    startsOn: utc((shift) => shift.startsAt),
    endsOn: utc((shift) => shift.endsAt),
    timeZone: plain((shift) => shift.timeZone),
    breakInMinutes: plain((shift) => shift.breakInMinutes),
    billable: plain((shift) => shift.billable),
    payable: fixed(true),
    paidTimeOff: fixed(false),
    vacant: plain((shift) => shift.employee === null),
    onShiftBoard: plain((shift) => shift.employee === null),
    published: fixed(true),
    notified: fixed(true),
    acknowledged: fixed(true),
    locked: plain((shift) => shift.locked),
    payRateLevel: fixed('POSITION_RATE'),
    payCodeLabel: fixed(null),
    approvedBy: relation('employees', (shift) => shift.approvedBy),
    approvedOn: utc((shift) => shift.approvedAt),
    modifiedOn: utc((shift) => shift.updatedAt),
    plannedDurationHours: figure('plannedDurationHours', (shift) => shiftFigures(shift).planned),
    clockedHours: figure('clockedHours', (shift) => shift.clocked),
    approvedHours: figure('approvedHours', (shift) => shift.approved),
    billableHours: figure('billableHours', (shift) => shiftFigures(shift).billable),
    payableHours: figure('payableHours', (shift) => shiftFigures(shift).payable),
    overtimeHours: figure('overtimeHours', (shift) => shiftFigures(shift).overtime),
    holidayHours: figure('holidayHours', () => 0),
    billRate: figure('billRate', (shift) => shift.billRateCents),
    payRate: figure('payRate', (shift) => shift.payRateCents),
    summary: onDemand((shift) => {
      const figures = shiftFigures(shift)
      return {
        billBaseRateActual: digits(shift.exact['billRate'], figures.billRateCents),
        billEffectiveRateActual: digits(undefined, figures.effectiveRateCents),
        billOvertimeHours: digits(undefined, figures.overtime),
        billOvertimeImpactActual: digits(undefined, figures.overtimeImpactCents),
        billTotal: digits(shift.exact['billTotal'], figures.billTotalCents + (figures.billTotalCents === 0 ? 0 : shift.summaryErrorCents)),
        billableHours: digits(shift.exact['billableHours'], figures.billable),
        payableHours: digits(shift.exact['payableHours'], figures.payable),
      }
    }),
  },
  'work-sessions': {
    ...every('work-sessions'),
    startedOn: utc((session) => session.startsAt),
    endedOn: utc((session) => session.endsAt),
    startDateTime: local((session) => session.startsAt, (session) => session.timeZone),
    endDateTime: local((session) => session.endsAt, (session) => session.timeZone),
    clockInMethod: plain((session) => session.clockInMethod),
    clockOutMethod: plain((session) => session.clockOutMethod),
    status: plain((session) => (session.endsAt === null ? 'OPEN' : 'CLOSED')),
    employee: relation('employees', (session) => session.employee),
    shift: relation('shifts', (session) => session.shift),
    position: relation('positions', (session) => session.position),
    account: relation('clients', () => null),
    durationHours: { kind: 'decimal', read: (session) => (session.endsAt === null ? null : twoPlaces(Math.round(((session.endsAt - session.startsAt) / hour) * 100))) },
  },
}

/** The fields of any resource. */
export function fieldsOf<R extends TracktikResource>(resource: R): Fields<TracktikRecords[R]> {
  return tracktikFields[resource]
}

/** Whether the source counts a record among the inactive ones, which it hides. */
export function isInactive<R extends TracktikResource>(resource: R, record: TracktikRecords[R]): boolean {
  return resource !== 'shifts' && resource !== 'work-sessions' && 'status' in record && record.status !== 'ACTIVE'
}

/** A month, as the source counts it for its limits. */
export const aMonth: Micros = 31 * day
