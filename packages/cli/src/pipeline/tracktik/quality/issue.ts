import type { LastingIssue } from '../../../issue/issue-register.js'

/** What findings of the pipeline are called. */
export const issueTypes = {
  VACANT_SHIFT: 'nobody is assigned to a shift',
  MISSING_DIMENSION: 'an employee, position, site or client of a shift is not known',
  NEGATIVE_HOURS: 'hours below zero',
  OVERLONG_SHIFT: 'more than 24 hours',
  ENDS_BEFORE_START: 'a shift ends before it begins',
  OVERLAPPING_SHIFTS: 'two shifts of one employee overlap',
  BILL_TOTAL_MISMATCH: 'the source sums up another amount than the rules do',
  NO_BILLING_PERIOD: 'the date of a shift lies in no billing period',
  INVALID_ROW: 'a row of the source cannot be read',
  PERIOD_WITHOUT_PARTITION: 'a billing period has no partition',
  PERIOD_COUNT_MISMATCH: 'the source counts other shifts in a period than are stored',
} as const

export type IssueType = keyof typeof issueTypes

/** Something that is wrong with one record. */
export interface Issue extends LastingIssue {
  readonly type: IssueType
}
