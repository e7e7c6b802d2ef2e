import { readingFunction, type WarehouseObject } from '../../../warehouse-object/warehouse-object.js'
import { isOpen } from './report-views.js'

/** Questions that take an answer. Names and logins are asked for in any case of letters. */
export const reportFunctions: readonly WarehouseObject[] = [
  readingFunction('servicedesk.get_full_name', ['text'], 'of_username text', 'text', `  select full_name from servicedesk.user_lookup where lower(short_username) = lower(of_username)`),
  readingFunction('servicedesk.get_short_username', ['text'], 'of_name text', 'text', `  select short_username from servicedesk.user_lookup where lower(full_name) = lower(of_name)`),
  // The open tickets of somebody, with the hours that they themselves booked on each.
  readingFunction(
    'servicedesk.get_user_workload',
    ['text'],
    'of_name text',
    'table (ticket_id integer, title text, status text, severity text, category text, team text, account_name text, created_time timestamptz, modified_time timestamptz, hours_booked numeric, last_booked date)',
    `  select t.ticket_id, t.title, t.status, t.severity, t.category, t.team, t.account_name, t.created_time, t.modified_time, coalesce(b.hours, 0), b.last_booked
    from servicedesk.v_tickets t
    left join lateral (select round(sum(s.hours)::numeric, 2) as hours, max(s.date) as last_booked from servicedesk.v_timesheets s where s.crm_id = t.ticket_id and lower(s.user_full_name) = lower(of_name)) b on true
   where lower(t.assigned_to_user) = lower(of_name) and ${isOpen('t.status')}
   order by t.created_time, t.ticket_id`,
  ),
  // The open tickets of a team, the oldest first.
  readingFunction(
    'servicedesk.get_team_backlog',
    ['text'],
    'of_team text',
    'table (ticket_id integer, title text, status text, severity text, category text, assigned_to_user text, account_name text, created_time timestamptz, modified_time timestamptz, age_days numeric)',
    `  select ticket_id, title, status, severity, category, assigned_to_user, account_name, created_time, modified_time, round(extract(epoch from clock_timestamp() - created_time) / 86400, 1)
    from servicedesk.v_tickets where team = of_team and ${isOpen('status')}
   order by created_time, ticket_id`,
  ),
]
