import { z } from 'zod'
import { decimalText } from '../http/body/decimal-text.js'
import { microsOf } from '../time/micros.js'

const id = z.int().positive()
const text = z.string().nullish().transform((value) => value ?? null)
const flag = z.boolean().nullish().transform((value) => value ?? null)
const wholeNumber = z.number().nullish().transform((value) => value ?? null)
/** Kept as the text it came as: a `Date` would cut its microseconds. */
const instant = z.string().refine((value) => microsOf(value) !== undefined, 'is no instant')
const instantOrNull = instant.nullish().transform((value) => value ?? null)
/** The id, whether the source gave only that or the whole row behind it. */
const relation = z
  .union([id, z.looseObject({ id }).transform((row) => row.id)])
  .nullish()
  .transform((value) => value ?? null)
/** As text with every digit. */
const decimal = z.unknown().transform((value, context): string | null => {
  if (value === null || value === undefined) return null
  const digits = decimalText(value)
  if (digits === undefined) context.addIssue({ code: 'custom', message: 'is no decimal' })
  return digits ?? null
})

const kept = { id, customId: text, createdOn: instantOrNull, updatedOn: instantOrNull }

const address = z
  .looseObject({ addressLine1: text, addressLine2: text, city: text, state: text, country: text, postalCode: text, latitude: decimal, longitude: decimal })
  .nullish()
  .transform((value) => value ?? null)

/** What the connector reads of each row, by resource. */
export const tracktikRowForms = {
  regions: z.object({ ...kept, name: text, company: text, parentRegion: relation, timeZone: text, prefix: text }),
  employees: z.object({
    ...kept,
    firstName: text,
    lastName: text,
    name: text,
    username: text,
    email: text,
    primaryPhone: text,
    secondaryPhone: text,
    jobTitle: text,
    region: relation,
    status: z.string(),
    language: text,
    address,
    employmentProfile: z
      .looseObject({ employeeType: text, employmentDate: text, terminationDate: text, payRateType: text, hourlyRate: decimal })
      .nullish()
      .transform((value) => value ?? null),
  }),
  clients: z.object({ ...kept, name: text, company: text, parentClient: relation, type: z.string(), region: relation, status: text, closedDate: text, timeZone: text, email: text, address }),
  positions: z.object({ ...kept, name: text, description: text, status: text, account: relation, contract: relation, nonBillable: flag, beginDate: text, endDate: text }),
  shifts: z.object({
    ...kept,
    status: z.string(),
    attendanceStatus: text,
    employee: relation,
    position: relation,
    account: relation,
    startDateTime: instant,
    endDateTime: instant,
    startsOn: instant,
    endsOn: instant,
    timeZone: text,
    breakInMinutes: wholeNumber,
    billable: flag,
    payable: flag,
    paidTimeOff: flag,
    vacant: flag,
    published: flag,
    locked: flag,
    payRateLevel: text,
    payCodeLabel: text,
    plannedDurationHours: decimal,
    clockedHours: decimal,
    approvedHours: decimal,
    billableHours: decimal,
    payableHours: decimal,
    overtimeHours: decimal,
    holidayHours: decimal,
    billRate: decimal,
    payRate: decimal,
    approvedBy: relation,
    approvedOn: instantOrNull,
    modifiedOn: instant,
    summary: z
      .looseObject({ billBaseRateActual: decimal, billEffectiveRateActual: decimal, billOvertimeHours: decimal, billOvertimeImpactActual: decimal, billTotal: decimal, billableHours: decimal, payableHours: decimal })
      .nullish()
      .transform((value) => value ?? null),
  }),
  'work-sessions': z.object({
    ...kept,
    startedOn: instant,
    endedOn: instantOrNull,
    startDateTime: instantOrNull,
    endDateTime: instantOrNull,
    clockInMethod: text,
    clockOutMethod: text,
    status: text,
    employee: relation,
    shift: relation,
    position: relation,
    account: relation,
    durationHours: decimal,
  }),
} as const

/** The name of a resource, as in its path. */
export type TracktikRowResource = keyof typeof tracktikRowForms

/** A row as it came, with every digit. */
export type RawRow = Readonly<Record<string, unknown>>

/** A row of a resource: what the connector reads of it, and `raw`, the whole of it. */
export type TracktikRow<R extends TracktikRowResource> = z.output<(typeof tracktikRowForms)[R]> & { readonly raw: RawRow }

/** An employee; `status` says whether still one. */
export type TracktikEmployee = TracktikRow<'employees'>
/** A customer or a site of one: `type` says which. */
export type TracktikClientRow = TracktikRow<'clients'>
/** A post at a site (`account`). */
export type TracktikPosition = TracktikRow<'positions'>
/** A region; `parentRegion` leads up. */
export type TracktikRegion = TracktikRow<'regions'>
/** A shift; hours and money are decimals as text, instants keep their microseconds. */
export type TracktikShift = TracktikRow<'shifts'>
/** A clock-in with its clock-out. */
export type TracktikWorkSession = TracktikRow<'work-sessions'>

/** What is absent from rows unless it is asked for by name. */
export const onDemandFields: { readonly [R in TracktikRowResource]?: readonly string[] } = {
  employees: ['employmentProfile', 'address'],
  clients: ['address'],
  shifts: ['plannedDurationHours', 'clockedHours', 'approvedHours', 'billableHours', 'payableHours', 'overtimeHours', 'holidayHours', 'billRate', 'payRate', 'summary'],
}
