/** A row as the invented help desk sends it: names, dates and numbers in the manner of such systems. */
export interface DemoTicket {
  readonly id: number | string | null
  readonly summary: string | null
  readonly status: { readonly name: string } | null
  readonly opened_at: string | null
  readonly hours: string | null
  readonly billable: string | null
  readonly contact: { readonly address: { readonly city: string } } | null
}

const cities = ['Lyon', 'Porto', 'Graz', 'Turku', 'Ghent']
const statuses = ['New', 'In Progress', 'Waiting', 'Closed']
const subjects = ['printer offline', 'new badge', 'mail bounces', 'VPN drops', 'screen flickers', 'password reset']

/**
 * So many invented tickets, always the same ones. About one in two hundred cannot be read: a missing id, a day that does not exist, hours in words.
 */
export function* demoTickets(count: number): Generator<DemoTicket> {
  for (let id = 1; id <= count; id++) {
    const turn = (id * 7919) % 1009
    const broken = id % 200 === 0 ? (id / 200) % 3 : undefined
    yield {
      id: broken === 0 ? null : id,
      summary: ` ${subjects[turn % subjects.length] ?? ''} #${id} `,
      status: { name: statuses[turn % statuses.length] ?? 'New' },
      opened_at: broken === 1 ? '31.02.2025 08:00' : `${String(1 + (turn % 28)).padStart(2, '0')}.0${1 + (id % 9)}.2025 ${String(turn % 24).padStart(2, '0')}:${String(id % 60).padStart(2, '0')}`,
      hours: broken === 2 ? 'a while' : turn % 11 === 0 ? '' : `${turn % 25},${id % 2 === 0 ? '5' : '25'}`,
      billable: turn % 3 === 0 ? 'no' : 'Yes',
      contact: turn % 13 === 0 ? null : { address: { city: cities[turn % cities.length] ?? 'Lyon' } },
    }
  }
}
