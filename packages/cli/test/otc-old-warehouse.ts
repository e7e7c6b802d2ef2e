import { sql } from 'drizzle-orm'
import { specOf, type Engine, type TableLike } from '@varve/core'
import { comments } from '../src/pipeline/otc/table/comments.ts'
import { tickets } from '../src/pipeline/otc/table/tickets.ts'
import { timesheets } from '../src/pipeline/otc/table/timesheets.ts'

const oldTypes: Partial<Record<string, string>> = { timestamp: 'timestamp', date: 'timestamp', float: 'real', integer: 'integer' }

/** The schema as the earlier program left it: its types, its views, a table of metadata, and timesheets without a key, several of them more than once. */
export async function makeOldWarehouse(engine: Engine, { rows, duplicates }: { readonly rows: number; readonly duplicates: number }): Promise<void> {
  const columns = (table: TableLike) => specOf(table).columns.map(({ name, type, notNull }) => `"${name}" ${oldTypes[type.kind] ?? 'text'}${notNull ? ' primary key' : ''}`).join(', ')
  for (const statement of [
    'create schema servicedesk',
    `create table servicedesk.tickets (${columns(tickets)})`,
    `create table servicedesk.comments (${columns(comments)})`,
    `create table servicedesk.timesheets (${columns(timesheets)})`,
    'create table servicedesk.user_lookup (id serial primary key, short_username varchar(100) unique, full_name varchar(200) unique, email text, team text, source varchar(50))',
    'create table servicedesk.etl_metadata (view_name text, records_fetched integer, load_status text)',
    `create view servicedesk.v_data_freshness as select view_name, load_status as status from servicedesk.etl_metadata`,
    `create function servicedesk.get_full_name(text) returns text language sql as $$ select full_name from servicedesk.user_lookup where short_username = $1 $$`,
    `insert into servicedesk.etl_metadata values ('tickets', 8833, 'success')`,
    `insert into servicedesk.user_lookup (short_username, full_name, source) values ('jsample', 'Jim Sample', 'auto_etl'), ('boss', 'The Boss', null)`,
    `insert into servicedesk.tickets ("TKT-Ticket ID", "TKT-Created Time", "TKT-Modified Time", "TKT-Parent ID") values (1, '2026-01-05 08:00', '2026-07-05 08:00', 4180)`,
  ]) await engine.query(sql.raw(statement))
  const keys = rows - duplicates
  // Of a key that is there twice the second row lies behind, with another hour and another time to.
  await engine.query(sql.raw(`
    insert into servicedesk.timesheets ("TS-User Username", "TS-User Full Name", "TS-Date", "TS-Time From", "TS-Time To", "TS-Hours", "TS-Crm ID", "TS-Description")
    select 'user' || n % 60, 'User ' || n % 60, timestamp '2024-07-01' + n / 300 * interval '1 day', case when n % 10 = 0 then null else to_char(time '00:00' + n % 300 * interval '4 minutes', 'HH24:MI') end,
           case when copy = 1 then '18:00' else '17:00' end, case when copy = 1 then 1.1 else 0.7 end, case when n % 7 = 0 then null else n + 1000 end, 'work ' || n
      from (select n, 0 as copy from generate_series(1, ${keys}) n union all select n * 3, 1 from generate_series(1, ${duplicates}) n) s order by copy, n`))
}
