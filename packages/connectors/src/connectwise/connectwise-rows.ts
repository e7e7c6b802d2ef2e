import { z } from 'zod'
import { decimalText } from '../http/body/decimal-text.js'
import { microsOf } from '../time/micros.js'

// The source leaves a field out that is null, and so does a request that names its fields: every field may be absent.
const text = z.string().nullish().transform((value) => value ?? null)
const flag = z.boolean().nullish().transform((value) => value ?? null)
const id = z.int().nullish().transform((value) => value ?? null)
const instant = z
  .string()
  .refine((value) => microsOf(value) !== undefined, 'is no instant')
  .nullish()
  .transform((value) => value ?? null)
/** As text with every digit. */
const decimal = z.unknown().optional().transform((value, context): string | null => {
  if (value === null || value === undefined) return null
  const digits = decimalText(value)
  if (digits === undefined) context.addIssue({ code: 'custom', message: 'is no decimal' })
  return digits ?? null
})
const reference = z
  .object({ id, name: text, identifier: text })
  .nullish()
  .transform((value) => value ?? null)
const info = z
  .object({ lastUpdated: instant, updatedBy: text, dateEntered: instant, enteredBy: text })
  .nullish()
  .transform((value) => value ?? null)

const kept = { id: z.int().positive(), _info: info }

/** What the connector reads of each row, by resource. */
export const connectwiseRowForms = {
  tickets: z.object({
    ...kept,
    summary: text,
    recordType: text,
    board: reference,
    status: reference,
    priority: reference,
    type: reference,
    subType: reference,
    item: reference,
    severity: text,
    impact: text,
    company: reference,
    contact: reference,
    team: reference,
    owner: reference,
    source: reference,
    requiredDate: instant,
    closedDate: instant,
    closedBy: text,
    closedFlag: flag,
    approved: flag,
    budgetHours: decimal,
    actualHours: decimal,
    parentTicketId: id,
    mergedParentTicket: reference,
  }),
  companies: z.object({ ...kept, identifier: text, name: text, status: reference, territory: reference, addressLine1: text, city: text, state: text, zip: text, country: reference, phoneNumber: text, website: text, deletedFlag: flag }),
  contacts: z.object({ ...kept, firstName: text, lastName: text, title: text, company: reference, inactiveFlag: flag }),
  timeEntries: z.object({
    ...kept,
    company: reference,
    chargeToId: id,
    chargeToType: text,
    member: reference,
    workType: reference,
    workRole: reference,
    timeStart: instant,
    timeEnd: instant,
    actualHours: decimal,
    billableOption: text,
    notes: text,
    status: text,
  }),
  boards: z.object({ ...kept, name: text, inactiveFlag: flag, location: reference, department: reference }),
  /** The same name has other ids on other boards. */
  statuses: z.object({ ...kept, name: text, boardId: id, sortOrder: id, closedStatus: flag, defaultFlag: flag, inactive: flag }),
  notes: z.object({ ...kept, ticketId: id, text, detailDescriptionFlag: flag, internalAnalysisFlag: flag, resolutionFlag: flag, createdBy: text, dateCreated: instant }),
} as const

/** The name of a resource. */
export type ConnectwiseResource = keyof typeof connectwiseRowForms

/** A row as it came: what is not in it was null, or was not asked for. Names are kept as they are, so `Sort` is not `sort`. */
export type ConnectwiseRaw = Readonly<Record<string, unknown>>

/** A row of a resource: what the connector reads of it, null where it is absent, and `raw`, the whole of it. */
export type ConnectwiseRow<R extends ConnectwiseResource> = z.output<(typeof connectwiseRowForms)[R]> & { readonly raw: ConnectwiseRaw }

/** A ticket of a service board. */
export type ConnectwiseTicket = ConnectwiseRow<'tickets'>
/** A customer, or any other company. */
export type ConnectwiseCompany = ConnectwiseRow<'companies'>
/** A person at a company. */
export type ConnectwiseContact = ConnectwiseRow<'contacts'>
/** Time that was charged to something. */
export type ConnectwiseTimeEntry = ConnectwiseRow<'timeEntries'>
/** A service board. */
export type ConnectwiseBoard = ConnectwiseRow<'boards'>
/** A status of a board. */
export type ConnectwiseStatus = ConnectwiseRow<'statuses'>
/** A note of a ticket. */
export type ConnectwiseNote = ConnectwiseRow<'notes'>

/** What is asked for unless a request says otherwise: what is read, and nothing more. */
export function fieldsOf(resource: ConnectwiseResource): readonly string[] {
  return Object.keys(connectwiseRowForms[resource].shape)
}
