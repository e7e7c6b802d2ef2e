import { sql } from 'drizzle-orm'
import type { MemberTruth, ShiftTruth, TracktikSimulator } from '@varve/connectors'
import type { Engine } from '@varve/core'

type Values = Readonly<Record<string, unknown>>

/** What the simulator knows of the shifts, as the columns of the fact. Nothing of it is computed by the pipeline. */
export function trueShifts(simulator: TracktikSimulator) {
  return simulator.truth().shifts.map((shift) => ({
    shift_id: shift.id,
    billing_period_id: periodOf(shift),
    employee_id: shift.employee,
    position_id: shift.position,
    site_id: shift.site,
    client_id: shift.client,
    shift_date: shift.date,
    start_datetime: utc(shift.startsOn),
    end_datetime: utc(shift.endsOn),
    scheduled_hours: shift.plannedHours,
    clocked_hours: shift.clockedHours,
    approved_hours: shift.approvedHours,
    billable_hours: shift.billableHours,
    payable_hours: shift.payableHours,
    bill_rate_regular: shift.billRate,
    bill_rate_effective: shift.effectiveRate,
    bill_overtime_hours: shift.overtimeHours,
    bill_overtime_impact: shift.overtimeImpact,
    bill_total: shift.billTotal,
    bill_total_source: shift.summaryBillTotal,
    status: shift.status,
    attendance_status: shift.attendanceStatus,
    approved_by: shift.approvedBy,
    approved_at: utc(shift.approvedOn),
    modified_on: utc(shift.modifiedOn),
  })).toSorted((a, b) => a.shift_id - b.shift_id)
}

/** By counting days, and not by the calendar of the pipeline; for the spring of 2025. */
function periodOf({ date }: ShiftTruth): string {
  return `2025_${String(1 + Math.floor((Date.parse(date) - Date.parse('2024-12-27')) / 86_400_000 / 14)).padStart(2, '0')}`
}

/** What is stored, as the same columns. */
export async function storedShifts(engine: Engine) {
  const { rows } = await engine.query(sql`
    select shift_id, billing_period_id, employee_id, position_id, site_id, client_id, shift_date, start_datetime, end_datetime, scheduled_hours, clocked_hours, approved_hours, billable_hours, payable_hours,
           bill_rate_regular, bill_rate_effective, bill_overtime_hours, bill_overtime_impact, bill_total, bill_total_source, status, attendance_status, approved_by, approved_at, modified_on
      from tracktik.fact_shifts order by shift_id`)
  return rows.map((row) => ({ ...row, shift_id: Number(row['shift_id']) }))
}

/** Shifts whose surrogate keys do not lead to the version that held when they began, or to the first one where they were before it. */
export async function wrongKeys(engine: Engine) {
  const wrong: unknown[] = []
  for (const name of ['employee', 'position', 'site', 'client']) {
    const id = sql.raw(`${name}_id`)
    const { rows } = await engine.query(sql`
      select f.shift_id, f.${id}, f.start_datetime, d.valid_from, d.valid_to from tracktik.fact_shifts f
        left join ${sql.raw(`tracktik.dim_${name}s`)} d on d.surrogate_key = ${sql.raw(`f.${name}_key`)}
        left join (select ${id} as id, min(valid_from) as first_from from ${sql.raw(`tracktik.dim_${name}s`)} group by 1) m on m.id = f.${id}
       where case when f.${id} is null then ${sql.raw(`f.${name}_key`)} is not null
                  else d.${id} is distinct from f.${id} or f.start_datetime >= d.valid_to or (f.start_datetime < d.valid_from and d.valid_from <> m.first_from) or d.valid_from is null end`)
    wrong.push(...rows)
  }
  return wrong
}

interface Seen {
  readonly values: Values
  readonly from: string
}

/** One look at the portal: every member with its values then, and since when it has them. */
class Look {
  readonly #states: Readonly<Record<'regions' | 'clients' | 'positions' | 'employees', ReadonlyMap<number, Seen>>>

  constructor(simulator: TracktikSimulator, at: string) {
    const truth = simulator.truth()
    const then = (members: readonly MemberTruth[]) =>
      new Map(members.flatMap(({ id, history }) => {
        const state = history.findLast(({ from }) => key(from) <= key(at))
        return state ? [[id, { values: state.values, from: state.from }] as const] : []
      }))
    this.#states = { regions: then(truth.regions), clients: then(truth.clients), positions: then(truth.positions), employees: then(truth.employees) }
  }

  of(resource: 'regions' | 'clients' | 'positions' | 'employees', id: unknown): Seen | undefined {
    return this.#states[resource].get(id as number) // absent where it is no number
  }

  all(resource: 'regions' | 'clients' | 'positions' | 'employees'): readonly (readonly [number, Seen])[] {
    return [...this.#states[resource]]
  }
}

/** An instant of the portal as a warehouse spells it. */
function utc<Text extends string | null>(instant: Text): Text {
  return (instant === null ? null : `${key(instant)}Z`) as Text // a text for a text
}

const key = (instant: string) => instant.replace(/(?:Z|\+00:00)$/, '').replace(/(\.\d{3})000$/, '$1')
const latest = (...seen: readonly (Seen | undefined)[]) => seen.flatMap((one) => one?.from ?? []).reduce((a, b) => (key(a) > key(b) ? a : b))
const named = (client: Seen | undefined) => client?.values['company'] ?? client?.values['name'] ?? null

/** The row of each member of a dimension at one look, and the instant since which it is so. */
const dimensions: Readonly<Record<string, (look: Look) => readonly (readonly [id: number, row: Values, since: string])[]>> = {
  region: (look) =>
    look.all('regions').map(([id, seen]) => {
      const parent = look.of('regions', seen.values['parentRegion'])
      return [id, { custom_id: seen.values['customId'], name: seen.values['name'], parent_region_id: seen.values['parentRegion'], parent_region_name: parent?.values['name'] ?? null, time_zone: seen.values['timeZone'] }, latest(seen, parent)]
    }),
  client: (look) => places(look, 'CLIENT'),
  site: (look) => places(look, 'SERVICE_LOCATION'),
  position: (look) =>
    look.all('positions').map(([id, seen]) => {
      const site = look.of('clients', seen.values['account'])
      const client = look.of('clients', site?.values['parentClient'])
      return [id, { custom_id: seen.values['customId'], name: seen.values['name'], site_id: seen.values['account'], client_id: site?.values['parentClient'], client_name: named(client), status: seen.values['status'], non_billable: seen.values['nonBillable'] }, latest(seen, site, client)]
    }),
  employee: (look) =>
    look.all('employees').map(([id, seen]) => {
      const { values } = seen
      const region = look.of('regions', values['region'])
      return [id, { custom_id: values['customId'], first_name: values['firstName'], last_name: values['lastName'], email: values['email'], phone: values['primaryPhone'], job_title: values['jobTitle'], status: values['status'], region_id: values['region'], region_name: region?.values['name'] ?? null }, latest(seen, region)]
    }),
}

function places(look: Look, type: string) {
  return look.all('clients').flatMap(([id, seen]) => {
    if (seen.values['type'] !== type) return []
    const { values } = seen
    const region = look.of('regions', values['region'])
    const parent = look.of('regions', region?.values['parentRegion'])
    const client = look.of('clients', values['parentClient'])
    const row = { custom_id: values['customId'], name: named(seen), status: values['status'], region_id: values['region'], region_name: region?.values['name'], parent_region_name: parent?.values['name'], time_zone: values['timeZone'] }
    return type === 'CLIENT' ? [[id, row, latest(seen, region, parent)] as const] : [[id, { ...row, client_id: values['parentClient'], client_name: named(client) }, latest(seen, region, parent, client)] as const]
  })
}

/** The versions that somebody must have who looked at the portal at these instants only, by dimension. */
export function trueVersions(simulator: TracktikSimulator, looks: readonly string[]) {
  const seen = looks.map((at) => new Look(simulator, at))
  return Object.fromEntries(
    Object.entries(dimensions).map(([name, rowsOf]) => {
      const versions = new Map<number, { values: string; row: Values; from: string; to: string | null }[]>()
      for (const look of seen) {
        for (const [id, row, since] of rowsOf(look)) {
          const known = versions.get(id) ?? []
          const values = JSON.stringify(row)
          const last = known.at(-1)
          if (last?.values === values) continue
          if (last) last.to = utc(since)
          versions.set(id, [...known, { values, row, from: utc(since), to: null }])
        }
      }
      return [name, [...versions].toSorted(([a], [b]) => a - b).flatMap(([id, list]) => list.map(({ row, from, to }) => ({ id, ...row, valid_from: from, valid_to: to, is_current: to === null })))]
    }),
  )
}

/** The versions that are stored, as the same columns. */
export async function storedVersions(engine: Engine, like: ReturnType<typeof trueVersions>) {
  const stored: Record<string, unknown[]> = {}
  for (const [name, rows] of Object.entries(like)) {
    const columns = Object.keys(rows[0] ?? {}).map((column) => (column === 'id' ? sql.raw(`${name}_id as id`) : sql.identifier(column)))
    stored[name] = (await engine.query(sql`select ${sql.join(columns, sql`, `)} from ${sql.raw(`tracktik.dim_${name}s`)} where valid_from > '0002-01-01' order by ${sql.raw(`${name}_id`)}, valid_from`)).rows
  }
  return stored
}
