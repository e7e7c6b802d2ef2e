import { sql, type SQL } from 'drizzle-orm'
import type { Session } from '@varve/core'
import type { SeenAlone, SeenPeople } from './who-is-who.js'

/** Reads who is seen where, each in the spelling that is met most. */
export async function readSeenPeople(session: Session): Promise<SeenPeople> {
  const pairs = await session.query<{ login: string; name: string; rows: bigint | number }>(sql`
    select mode() within group (order by user_username) as login, mode() within group (order by user_full_name) as name, count(*) as rows
      from servicedesk.v_timesheets where user_username is not null and user_full_name is not null
     group by lower(user_username), lower(user_full_name) order by lower(user_username), lower(user_full_name)`)
  return {
    pairs: pairs.rows.map((row) => ({ ...row, rows: Number(row.rows) })),
    assignees: await alone(session, sql`servicedesk.v_tickets`, sql`assigned_to_user`),
    authors: await alone(session, sql`servicedesk.v_comments`, sql`user_name`),
  }
}

async function alone(session: Session, view: SQL, who: SQL): Promise<SeenAlone[]> {
  const { rows } = await session.query<{ who: string; team: string | null; rows: bigint | number }>(sql`
    select mode() within group (order by ${who}) as who, mode() within group (order by team) as team, count(*) as rows
      from ${view} where ${who} is not null group by lower(${who}) order by lower(${who})`)
  return rows.map((row) => ({ ...row, rows: Number(row.rows) }))
}
