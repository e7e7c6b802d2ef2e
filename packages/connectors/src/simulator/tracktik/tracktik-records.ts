import type { Micros } from '../../time/micros.js'

interface Kept {
  readonly id: number
  readonly createdAt: Micros
  readonly updatedAt: Micros
}

export interface RegionRecord extends Kept {
  readonly customId: string
  readonly name: string
  readonly company: string
  readonly parentRegion: number | null
  readonly timeZone: string
}

export interface EmployeeRecord extends Kept {
  readonly customId: string
  readonly firstName: string
  readonly lastName: string
  readonly email: string | null
  readonly primaryPhone: string | null
  readonly jobTitle: string
  readonly region: number
  readonly status: 'ACTIVE' | 'INACTIVE' | 'TERMINATED'
  readonly employmentDate: string
  readonly terminationDate: string | null
  readonly payRateCents: number
  readonly city: string
}

/** A customer, or one of its sites: the source keeps both in one resource. */
export interface ClientRecord extends Kept {
  readonly customId: string
  readonly name: string | null
  readonly company: string
  readonly type: 'CLIENT' | 'SERVICE_LOCATION'
  readonly parentClient: number | null
  readonly region: number
  readonly status: 'ACTIVE' | 'CLOSED'
  readonly closedDate: string | null
  readonly timeZone: string
  readonly city: string
}

export interface PositionRecord extends Kept {
  readonly customId: string
  readonly name: string
  readonly status: 'ACTIVE' | 'INACTIVE'
  /** The site; shifts do not name it themselves. */
  readonly account: number
  readonly nonBillable: boolean
  readonly billRateCents: number
  readonly payRateCents: number
}

export interface ShiftRecord extends Kept {
  readonly customId: string
  readonly status: 'ACTIVE' | 'CANCELLED'
  readonly attendanceStatus: 'SCHEDULED' | 'IN_PROGRESS' | 'MISSED' | 'COMPLETED' | 'EARLY_CLOCK_OUT' | 'OVER_CLOCK'
  readonly employee: number | null
  readonly position: number
  readonly startsAt: Micros
  readonly endsAt: Micros
  readonly timeZone: string
  readonly breakInMinutes: number
  readonly billable: boolean
  readonly locked: boolean
  readonly billRateCents: number
  readonly payRateCents: number
  /** Hundredths of an hour, as all hours here. */
  readonly clocked: number | null
  readonly approved: number | null
  readonly approvedBy: number | null
  readonly approvedAt: Micros | null
  /** What the summary is wrong by: a source's own sums do not always agree with its figures. */
  readonly summaryErrorCents: number
  /** Decimals to answer in place of the computed ones, digit by digit. */
  readonly exact: Readonly<Record<string, string>>
}

export interface WorkSessionRecord extends Kept {
  readonly shift: number
  readonly employee: number
  readonly position: number
  readonly startsAt: Micros
  readonly endsAt: Micros | null
  readonly timeZone: string
  readonly clockInMethod: string
  readonly clockOutMethod: string | null
}

/** The records behind each resource. */
export interface TracktikRecords {
  readonly regions: RegionRecord
  readonly employees: EmployeeRecord
  readonly clients: ClientRecord
  readonly positions: PositionRecord
  readonly shifts: ShiftRecord
  readonly 'work-sessions': WorkSessionRecord
}

/** The name of a resource, as in its path. */
export type TracktikResource = keyof TracktikRecords

export const tracktikResources: readonly TracktikResource[] = ['regions', 'employees', 'clients', 'positions', 'shifts', 'work-sessions']
