import { sql } from 'drizzle-orm'
import type { LoadContext, Session } from '@varve/core'
import { registerIssues } from '../../../issue/issue-register.js'
import { readSeenPeople } from './read-seen-people.js'
import { fold, whoIsWho, type Person } from './who-is-who.js'

/** Brings the rows of `user_lookup` that nobody made by hand to what is loaded, and registers who cannot be told. Rows that agree are not written. */
export async function alignUserLookup(context: LoadContext): Promise<void> {
  const { transaction } = context
  const stored = await storedPeople(transaction)
  const { people, issues } = whoIsWho(await readSeenPeople(transaction), stored.filter(({ source }) => source === 'manual'))
  await registerIssues(context, issues, { in: 'servicedesk.user_lookup', types: ['AMBIGUOUS_PERSON'] })

  const wanted = new Map(people.map((person) => [keyOf(person), person]))
  const auto = stored.filter(({ source }) => source !== 'manual')
  const isWanted = (row: StoredPerson) => wanted.has(keyOf(row))
  for (const { id } of auto.filter((row) => !isWanted(row))) await transaction.query(sql`delete from servicedesk.user_lookup where id = ${id}`)
  const changed = auto.filter(isWanted).flatMap((row): { readonly id: number; readonly from: StoredPerson; readonly to: Person }[] => {
    const to = wanted.get(keyOf(row))
    return to && !agree(row, to) ? [{ id: row.id, from: row, to }] : []
  })
  // First the names that go elsewhere, so that no name is in two rows meanwhile.
  for (const { id, from, to } of changed) if (from.fullName !== to.fullName && to.shortUsername !== null) await transaction.query(sql`update servicedesk.user_lookup set full_name = null where id = ${id}`)
  for (const { id, to } of changed) {
    await transaction.query(sql`update servicedesk.user_lookup set short_username = ${to.shortUsername}, full_name = ${to.fullName}, team = ${to.team}, source = ${to.source}, evidence = ${to.evidence}, updated_at = clock_timestamp() where id = ${id}`)
  }
  const there = new Set(auto.map(keyOf))
  for (const { shortUsername, fullName, team, source, evidence } of people.filter((person) => !there.has(keyOf(person)))) {
    await transaction.query(sql`insert into servicedesk.user_lookup (short_username, full_name, team, source, evidence) values (${shortUsername}, ${fullName}, ${team}, ${source}, ${evidence})`)
  }
}

interface StoredPerson extends Omit<Person, 'source'> {
  readonly id: number
  readonly source: string
}

async function storedPeople(session: Session): Promise<StoredPerson[]> {
  const { rows } = await session.query<{ id: number; short_username: string | null; full_name: string | null; team: string | null; source: string; evidence: bigint | number }>(
    sql`select id, short_username, full_name, team, source, evidence from servicedesk.user_lookup order by id`,
  )
  return rows.map((row) => ({ id: row.id, shortUsername: row.short_username, fullName: row.full_name, team: row.team, source: row.source, evidence: Number(row.evidence) }))
}

/** A login is one person; without one it is the name. */
function keyOf({ shortUsername, fullName }: Pick<Person, 'shortUsername' | 'fullName'>): string {
  return shortUsername === null ? `name ${fold(fullName ?? '')}` : `login ${fold(shortUsername)}`
}

function agree(row: StoredPerson, person: Person): boolean {
  return row.shortUsername === person.shortUsername && row.fullName === person.fullName && row.team === person.team && row.source === person.source && row.evidence === person.evidence
}
