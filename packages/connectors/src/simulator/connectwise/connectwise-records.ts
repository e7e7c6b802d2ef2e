/** A row as the source has it. What is null is undefined here, and not there in JSON. */
export type ConnectwiseRecord = Readonly<Record<string, unknown>> & { readonly id: number }

/** The tables of a tenant. */
export const connectwiseTables = ['tickets', 'companies', 'contacts', 'timeEntries', 'boards', 'statuses'] as const
export type ConnectwiseTable = (typeof connectwiseTables)[number]

/** Another row, as a row has it. */
export interface Reference {
  readonly id: number
  readonly name: string
  readonly identifier?: string | undefined
}

/** Who made a row and who changed it last, and when. */
export interface RecordInfo {
  readonly lastUpdated: string
  readonly updatedBy: string
  readonly dateEntered: string
  readonly enteredBy: string
}

/** The value at the end of a path; undefined where there is none. Names are told apart by case: `Sort` is not `sort`. */
export function valueAt(record: unknown, path: readonly string[]): unknown {
  let at = record
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<string, unknown>)[name] // any name may be asked of an object
  }
  return at
}

/** An instant as the source writes it. */
export function instantText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
