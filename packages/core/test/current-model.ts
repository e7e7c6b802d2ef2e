import type { CurrentCounts } from '../src/index.ts'

/** An entry as the model knows it: the first three tell one from another, and any may be NULL. */
export interface Entry {
  readonly login: string | null
  readonly day: string | null
  readonly ticket: number | null
  readonly hours: string | null
  readonly note: string | null
  readonly changedAt: string | null
}

/** An entry as it is delivered: a column may be left out of all rows, and a ticket that is no number cannot be read. */
export type DeliveredEntry = Omit<Entry, 'ticket' | 'note' | 'changedAt'> & Partial<Pick<Entry, 'note' | 'changedAt'>> & { readonly ticket: number | string | null }

/** What the database refuses. */
export const refusedNote = 'refused'

/** What a table of current rows comes to, as a map from keys to entries: the whole behaviour, without a database. */
export class CurrentModel {
  readonly held = new Map<string, Entry>()

  constructor(private readonly isSequenced: boolean) {}

  load(rows: readonly DeliveredEntry[]): CurrentCounts {
    const counts = { read: rows.length, rejected: 0, duplicate: 0, new: 0, changed: 0, unchanged: 0, late: 0 }
    const winners = new Map<string, DeliveredEntry>()
    for (const row of rows) {
      const key = JSON.stringify([row.login, row.day, row.ticket])
      const other = winners.get(key)
      if (typeof row.ticket === 'string') counts.rejected++
      else {
        if (other) counts.duplicate++
        if (!other || !this.isBefore(row, other)) winners.set(key, row)
      }
    }
    for (const [key, row] of winners) {
      const known = this.held.get(key)
      const entry = { note: null, changedAt: null, ...known, ...row } as Entry // one with a ticket that is no number has not won
      if (known && this.isBefore(row, known)) counts.late++
      else if (known && JSON.stringify(inOrder(known)) === JSON.stringify(inOrder(entry))) counts.unchanged++
      else if (entry.note === refusedNote) counts.rejected++
      else {
        counts[known ? 'changed' : 'new']++
        this.held.set(key, entry)
      }
    }
    return counts
  }

  private isBefore(one: Pick<DeliveredEntry, 'changedAt'>, other: Pick<DeliveredEntry, 'changedAt'>): boolean {
    return this.isSequenced && (one.changedAt ?? '') < (other.changedAt ?? '')
  }
}

/** An entry with its columns in one order, as a text can be compared. */
export function inOrder({ login, day, ticket, hours, note, changedAt }: Entry): readonly unknown[] {
  return [login, day, ticket, hours, note, changedAt]
}
