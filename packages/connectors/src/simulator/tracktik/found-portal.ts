import { day, utcText } from '../../time/micros.js'
import type { Random } from '../random.js'
import type { TracktikWorld } from './tracktik-world.js'

export const firstNames = ['Avery', 'Blake', 'Casey', 'Devon', 'Emery', 'Finley', 'Harper', 'Indigo', 'Jules', 'Kai', 'Lennon', 'Morgan', 'Noel', 'Oakley', 'Parker', 'Quinn', 'Reese', 'Sawyer', 'Taylor', 'Winter'] as const
export const lastNames = ['Ashdown', 'Birch', 'Cole', 'Dunmore', 'Eastwick', 'Fenn', 'Garland', 'Hollis', 'Iverson', 'Jessop', 'Kestrel', 'Langley', 'Marlow', 'Norwood', 'Oakes', 'Penrose', 'Quarry', 'Redfern', 'Stanhope', 'Thorne'] as const
export const jobTitles = ['Guard', 'Senior guard', 'Supervisor', 'Patrol', 'Dispatcher'] as const
const trades = ['Logistics', 'Foods', 'Mills', 'Harbour', 'Retail', 'Studios', 'Chemicals', 'Hospitals', 'Airport', 'Museum'] as const
export const positionNames = ['Front gate', 'Night patrol', 'Control room', 'Loading dock', 'Lobby', 'STANDBY officer', 'Fire watch'] as const

/** The four zones of the world: two of them change their clocks on the same day, one on another, one the other way round. */
export const areas = [
  { zone: 'America/New_York', code: 'NY', city: 'Albany' },
  { zone: 'America/Los_Angeles', code: 'LA', city: 'Fresno' },
  { zone: 'Europe/London', code: 'LO', city: 'Leeds' },
  { zone: 'Australia/Sydney', code: 'SY', city: 'Newcastle' },
] as const

/** Fills an empty world: regions in three layers, customers with their sites, positions, employees. */
export function foundPortal(world: TracktikWorld): void {
  const random = world.random.fork('portal')
  foundRegions(world)
  const regions = [...world.all('regions')].filter((region) => region.customId.includes('-'))
  for (let i = 0; i < Math.max(4, Math.round(world.scale.employees / 10)); i++) foundClient(world, random, i)
  for (let i = 0; i < world.scale.employees; i++) hire(world, random, random.pick(regions).id)
}

function foundRegions(world: TracktikWorld): void {
  const region = (customId: string, name: string, parentRegion: number | null, timeZone: string) => world.insert('regions', { customId, name, company: 'Varve Guarding', parentRegion, timeZone }).id
  const root = region('ALL', 'All regions', null, areas[0].zone)
  for (const [code, name] of [['NOR', 'North'], ['SOU', 'South']] as const) {
    const parent = region(code, name, root, areas[0].zone)
    for (const area of areas) region(`${code}-${area.code}`, `${name} ${area.city}`, parent, area.zone)
  }
  // One large customer is a parent region of its own, with a sub-region a market.
  const customer = region('HRB', 'Harbour Group', root, areas[0].zone)
  for (const area of areas) for (const side of ['E', 'W']) region(`HRB-${area.code}${side}`, `Harbour ${area.city} ${side === 'E' ? 'East' : 'West'}`, customer, area.zone)
}

export function foundClient(world: TracktikWorld, random: Random, number: number): void {
  const regions = [...world.all('regions')].filter((region) => region.customId.includes('-'))
  const home = random.pick(regions)
  const company = `${random.pick(lastNames)} ${random.pick(trades)}`
  const shared = { status: 'ACTIVE', closedDate: null } as const
  // The display name is in `company`; `name` is empty, or that of a person.
  const client = world.insert('clients', { ...shared, customId: `C-${String(number + 1).padStart(4, '0')}`, name: random.chance(0.3) ? `${random.pick(firstNames)} ${random.pick(lastNames)}` : null, company, type: 'CLIENT', parentClient: null, region: home.id, timeZone: home.timeZone, city: areaOf(home.timeZone).city })
  for (let site = 0; site < random.int(1, 3); site++) {
    const region = site === 0 ? home : random.pick(regions)
    const place = world.insert('clients', { ...shared, customId: `${client.customId}-${site + 1}`, name: null, company: `${company} ${areaOf(region.timeZone).city} ${site + 1}`, type: 'SERVICE_LOCATION', parentClient: client.id, region: region.id, timeZone: region.timeZone, city: areaOf(region.timeZone).city })
    for (let post = 0; post < random.int(1, 3); post++) {
      const rate = random.int(2200, 6400)
      world.insert('positions', { customId: `P-${place.id}-${post + 1}`, name: random.pick(positionNames), status: 'ACTIVE', account: place.id, nonBillable: random.chance(0.05), billRateCents: rate, payRateCents: Math.round(rate * 0.62) })
    }
  }
}

export function hire(world: TracktikWorld, random: Random, region: number): void {
  const firstName = random.pick(firstNames)
  const lastName = random.pick(lastNames)
  const { timeZone } = world.get('regions', region)
  const number = random.int(1000, 9999)
  world.insert('employees', {
    customId: `E-${number}-${lastName.slice(0, 2).toUpperCase()}`,
    firstName,
    lastName,
    email: random.chance(0.9) ? `${firstName}.${lastName}.${number}@guarding.example`.toLowerCase() : null,
    primaryPhone: random.chance(0.8) ? `555-01${random.int(10, 99)}` : null,
    jobTitle: random.pick(jobTitles),
    region,
    status: 'ACTIVE',
    employmentDate: utcText(world.now - random.int(0, 900) * day).slice(0, 10),
    terminationDate: null,
    payRateCents: random.int(1600, 3200),
    city: areaOf(timeZone).city,
  })
}

export function areaOf(zone: string): (typeof areas)[number] {
  return areas.find((area) => area.zone === zone) ?? areas[0]
}
