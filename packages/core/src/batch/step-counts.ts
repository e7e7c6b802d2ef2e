/** What became of the rows of one table in one batch. Counts that do not apply stay 0. */
export interface StepCounts {
  read: number
  rejected: number
  duplicate: number
  unchanged: number
  new: number
  changed: number
  overwritten: number
  closed: number
  reopened: number
  late: number
  deleted: number
}

/** All counts at 0. */
export function noCounts(): StepCounts {
  return { read: 0, rejected: 0, duplicate: 0, unchanged: 0, new: 0, changed: 0, overwritten: 0, closed: 0, reopened: 0, late: 0, deleted: 0 }
}
