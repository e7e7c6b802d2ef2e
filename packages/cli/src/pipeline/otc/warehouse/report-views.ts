import { view, type WarehouseObject } from '../../../warehouse-object/warehouse-object.js'

/** A ticket counts as open until one of these is its status; one that is not known yet leaves it open. */
export const closedStatuses = ['Resolved', 'Incident Resolved', 'Closed'] as const

/** What that is in SQL. */
export function isOpen(status: string): string {
  return `(${status} is null or ${status} not in (${closedStatuses.map((one) => `'${one}'`).join(', ')}))`
}

/**
 * What operators and reports look at.
 *
 * @param zone The zone in whose days instants are counted.
 */
export function reportViews(zone: string): readonly WarehouseObject[] {
  const day = (instant: string) => `(${instant} at time zone '${zone.replaceAll("'", "''")}')::date`
  return [
    // An import of an old export makes nothing fresh, and hides no view that fails.
    view('servicedesk.v_data_freshness', `
    with data as (
      select 'tickets' as view_name, ${day('max(modified_time)')} as latest_data_date, count(*) as total_records from servicedesk.v_tickets
      union all select 'timesheets', max(date), count(*) from servicedesk.v_timesheets
      union all select 'comments', ${day('max(created_time)')}, count(*) from servicedesk.v_comments
    ), loads as (
      select distinct on (view_name) view_name, last_load_time, load_status, error_message from servicedesk.etl_metadata where load_type = view_name order by view_name, load_start desc
    )
    select d.view_name, l.last_load_time as last_loaded, clock_timestamp() - l.last_load_time as age, d.latest_data_date, d.total_records, l.load_status as last_status, l.error_message as last_error
      from data d left join loads l on l.view_name = d.view_name`),
    // The view of tickets holds those of ten days only, so a high level is what is to be expected; a change is not.
    view('servicedesk.v_orphaned_data', `
    with levels as (
      select *, round(orphaned * 100.0 / nullif(records, 0), 1) as orphan_percent from servicedesk.orphan_levels
    ), compared as (
      select *, lag(orphan_percent) over by_time as previous_percent, row_number() over (partition by view_name order by measured_at desc, batch_id desc) as nth
        from levels window by_time as (partition by view_name order by measured_at, batch_id)
    )
    select view_name, records, orphaned, without_ticket, orphan_percent, previous_percent, orphan_percent - previous_percent as change_in_points, measured_at from compared where nth = 1`),
    view('servicedesk.v_user_activity', `
    select coalesce(max(u.full_name), max(t.user_full_name)) as full_name, max(t.user_username) as short_username, max(u.team) as team,
           count(distinct t.crm_id) as tickets_worked, round(sum(t.hours)::numeric, 2) as total_hours, count(distinct t.date) as days_active, max(t.date) as last_activity
      from servicedesk.v_timesheets t
      left join servicedesk.user_lookup u on lower(u.short_username) = lower(t.user_username)
     where coalesce(t.user_username, t.user_full_name) is not null
     group by coalesce(lower(t.user_username), lower(t.user_full_name))`),
    // What engineers work on: tickets of the Cloud teams, without what a machine raised.
    view('servicedesk.v_engineering_tickets', `
    select t.ticket_id, t.title, t.status, ${isOpen('t.status')} as is_open, t.severity, t.category, t.team, t.assigned_to_user, t.account_name, t.root_cause_category,
           t.created_time, t.modified_time, t.actual_resolution_date, t.sla_met, coalesce(b.hours, 0) as hours_booked, coalesce(b.people, 0) as people, coalesce(c.comments, 0) as comments
      from servicedesk.v_tickets t
      left join (select crm_id, round(sum(hours)::numeric, 2) as hours, count(distinct lower(user_username)) as people from servicedesk.v_timesheets group by crm_id) b on b.crm_id = t.ticket_id
      left join (select ticket_id, count(*) as comments from servicedesk.v_comments where comment_type is distinct from 'system' group by ticket_id) c on c.ticket_id = t.ticket_id
     where t.team like 'Cloud -%' and t.category is distinct from 'Alert'`),
    view('servicedesk.v_team_backlog', `
    select team, count(*) as open_tickets, count(*) filter (where assigned_to_user is null or assigned_to_user = 'PendingAssignment') as unassigned, count(*) filter (where category = 'Alert') as alerts,
           min(created_time) as oldest_created, round(extract(epoch from avg(clock_timestamp() - created_time)) / 86400, 1) as average_age_days
      from servicedesk.v_tickets where ${isOpen('status')} group by team`),
    // Versions that differ in something else than the status are one stay. The first one begins when the ticket was first seen as modified.
    view('servicedesk.v_time_in_status', `
    with marked as (
      select *, case when status is not distinct from lag(status) over by_time and valid_from = lag(valid_to) over by_time then 0 else 1 end as is_entered
        from servicedesk.dim_ticket window by_time as (partition by ticket_id order by valid_from)
    ), stays as (
      select *, sum(is_entered) over (partition by ticket_id order by valid_from) as stay from marked
    ), spans as (
      select ticket_id, stay, status, min(valid_from) as entered_at, case when bool_or(is_current) then null else max(valid_to) end as left_at from stays group by ticket_id, stay, status
    )
    select ticket_id, stay, status, entered_at, left_at, round(extract(epoch from coalesce(left_at, clock_timestamp()) - entered_at) / 3600, 2) as hours from spans`),
    view('servicedesk.v_reassignments', `
    with steps as (
      select ticket_id, valid_from as reassigned_at, team as to_team, assigned_to_user as to_user, lag(team) over by_time as from_team, lag(assigned_to_user) over by_time as from_user,
             row_number() over by_time as nth
        from servicedesk.dim_ticket window by_time as (partition by ticket_id order by valid_from)
    )
    select ticket_id, reassigned_at, from_team, to_team, from_user, to_user, from_team is distinct from to_team as is_other_team, from_user is distinct from to_user as is_other_user
      from steps where nth > 1 and (from_team is distinct from to_team or from_user is distinct from to_user)`),
  ]
}
