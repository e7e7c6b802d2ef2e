import type { LastingIssue } from '../../../issue/issue-register.js'

/** A login and a full name that stand in the same timesheets, and in how many. */
export interface SeenPair {
  readonly login: string
  readonly name: string
  readonly rows: number
}

/** A login in comments, or a name on tickets, and in how many; the team that most of these are of. */
export interface SeenAlone {
  readonly who: string
  readonly team: string | null
  readonly rows: number
}

/** What is loaded of people. Spellings that differ in the case of letters only are one. */
export interface SeenPeople {
  readonly pairs: readonly SeenPair[]
  readonly assignees: readonly SeenAlone[]
  readonly authors: readonly SeenAlone[]
}

/** A row of `user_lookup`. */
export interface Person {
  readonly shortUsername: string | null
  readonly fullName: string | null
  readonly team: string | null
  readonly source: 'auto_timesheet' | 'auto_ticket' | 'auto_etl'
  readonly evidence: number
}

/** Who a ticket is assigned to that is assigned to nobody. */
export const nobody = 'PendingAssignment'

/**
 * Who is who. Only a timesheet pairs a login with a full name, since it carries both, and only where neither is seen with another one: a last name that
 * looks like a login proves nothing. What a manual row names is its own, and left out of all this.
 *
 * @example
 * ```ts
 * whoIsWho({ pairs: [{ login: 'jsample', name: 'Jo Sample', rows: 12 }], assignees: [], authors: [] }, []).people[0] // the two are one
 * ```
 */
export function whoIsWho(seen: SeenPeople, manual: readonly { readonly shortUsername: string | null; readonly fullName: string | null }[]): { readonly people: readonly Person[]; readonly issues: readonly LastingIssue[] } {
  const claimedLogins = new Set(manual.flatMap(({ shortUsername }) => (shortUsername === null ? [] : [fold(shortUsername)])))
  const claimedNames = new Set(manual.flatMap(({ fullName }) => (fullName === null ? [] : [fold(fullName)])))
  const pairs = seen.pairs.filter(({ login, name }) => !claimedLogins.has(fold(login)) && !claimedNames.has(fold(name)))
  const byLogin = groupBy(pairs, ({ login }) => fold(login))
  const byName = groupBy(pairs, ({ name }) => fold(name))
  const assignees = new Map(seen.assignees.map((one) => [fold(one.who), one]))
  const isSingle = ({ login, name }: SeenPair) => byLogin.get(fold(login))?.length === 1 && byName.get(fold(name))?.length === 1

  const people: Person[] = pairs.filter(isSingle).map(({ login, name, rows }) => ({ shortUsername: login, fullName: name, team: assignees.get(fold(name))?.team ?? null, source: 'auto_timesheet', evidence: rows }))
  for (const { who, team, rows } of seen.assignees) {
    if (byName.has(fold(who)) || claimedNames.has(fold(who)) || fold(who) === fold(nobody)) continue
    people.push({ shortUsername: null, fullName: who, team, source: 'auto_ticket', evidence: rows })
  }
  for (const { who, team, rows } of seen.authors) {
    if (byLogin.has(fold(who)) || claimedLogins.has(fold(who))) continue
    people.push({ shortUsername: who, fullName: null, team, source: 'auto_etl', evidence: rows })
  }
  const issues = [
    ...[...byLogin.values()].flatMap((list) => ambiguity('login', list[0]?.login, list.map(({ name, rows }) => ({ name, rows })))),
    ...[...byName.values()].flatMap((list) => ambiguity('name', list[0]?.name, list.map(({ login, rows }) => ({ name: login, rows })))),
  ]
  return { people, issues }
}

function ambiguity(kind: 'login' | 'name', who: string | undefined, seenWith: readonly { readonly name: string; readonly rows: number }[]): LastingIssue[] {
  if (who === undefined || seenWith.length < 2) return []
  const others = seenWith.toSorted((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1))
  return [{
    type: 'AMBIGUOUS_PERSON',
    severity: 'warn',
    table: 'servicedesk.user_lookup',
    recordId: `${kind} ${fold(who)}`,
    message: `The ${kind} "${who}" is in timesheets with ${others.length} ${kind === 'login' ? 'names' : 'logins'}: ${others.map(({ name, rows }) => `"${name}" (${rows})`).join(', ')}. Nobody is paired by it; where it is one person, say so with a row of source "manual" in servicedesk.user_lookup.`,
    data: { [kind]: who, seen_with: others },
  }]
}

/** Logins and names are compared without regard to the case of letters. */
export function fold(text: string): string {
  return text.toLowerCase()
}

function groupBy(pairs: readonly SeenPair[], keyOf: (pair: SeenPair) => string): Map<string, SeenPair[]> {
  const groups = new Map<string, SeenPair[]>()
  for (const pair of pairs) groups.set(keyOf(pair), [...(groups.get(keyOf(pair)) ?? []), pair])
  return groups
}
