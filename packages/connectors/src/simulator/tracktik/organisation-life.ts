import { day, hour, second, utcText, type Micros } from '../../time/micros.js'
import type { Random } from '../random.js'
import { firstNames, foundClient, hire, jobTitles, lastNames } from './found-portal.js'
import { leaveShiftsVacant } from './shift-life.js'
import type { TracktikWorld } from './tracktik-world.js'

/** Plans what happens to people, places and regions on the day that begins then; no member changes twice in a day. */
export function planOrganisationDay(world: TracktikWorld, dayStart: Micros): void {
  const number = Math.round((dayStart - world.start) / day)
  const random = world.random.fork(`organisation/${number}`)
  const at = () => dayStart + random.int(6 * 3600, 22 * 3600) * second + (random.chance(0.3) ? random.int(1, 999_999) : 0)
  const plan = (run: () => void) => world.queue.plan(at(), run)
  planEmployees(world, random, plan, dayStart)
  planPlaces(world, random, plan, dayStart)
  planPlot(world, plan, number, dayStart)
}

type Plan = (run: () => void) => void

function planEmployees(world: TracktikWorld, random: Random, plan: Plan, dayStart: Micros): void {
  const active = random.shuffled([...world.all('employees')].filter(({ status }) => status === 'ACTIVE'))
  const regions = [...world.all('regions')].filter((region) => region.customId.includes('-'))
  const share = (perDay: number) => Math.floor(perDay * world.scale.employees) + (random.chance((perDay * world.scale.employees) % 1) ? 1 : 0)
  const next = (count: number, run: (id: number) => void) => {
    for (const { id } of active.splice(0, count)) plan(() => run(id))
  }
  next(share(0.006), (id) => world.change('employees', id, { lastName: random.fork(id).pick(lastNames) }))
  next(share(0.008), (id) => world.change('employees', id, { jobTitle: random.fork(id).pick(jobTitles) }))
  next(share(0.006), (id) => world.change('employees', id, { region: random.fork(id).pick(regions).id }))
  next(share(0.004), (id) => world.change('employees', id, { email: `${random.fork(id).pick(firstNames).toLowerCase()}.${id}@guarding.example`, primaryPhone: null }))
  next(share(0.003), (id) => terminate(world, id, dayStart))
  for (let i = share(0.004); i > 0; i--) plan(() => hire(world, random.fork(`hire ${i}`), random.fork(`hire ${i} at`).pick(regions).id))
}

function planPlaces(world: TracktikWorld, random: Random, plan: Plan, dayStart: Micros): void {
  const clients = random.shuffled([...world.all('clients')].filter(({ status }) => status === 'ACTIVE'))
  const positions = random.shuffled([...world.all('positions')].filter(({ status }) => status === 'ACTIVE'))
  const [renamed, closed] = clients
  const [post, ended] = positions
  if (renamed && random.chance(0.3)) plan(() => world.change('clients', renamed.id, { company: `${renamed.company.replace(/ \(.*\)$/, '')} (${random.fork('name').pick(lastNames)})` }))
  if (closed?.type === 'SERVICE_LOCATION' && random.chance(0.05)) plan(() => world.change('clients', closed.id, { status: 'CLOSED', closedDate: utcText(dayStart).slice(0, 10) }))
  if (post && random.chance(0.2)) plan(() => world.change('positions', post.id, { name: `${post.name.replace(/ \d+$/, '')} ${random.fork('post').int(2, 9)}` }))
  if (ended && random.chance(0.05)) plan(() => world.change('positions', ended.id, { status: 'INACTIVE' }))
  if (random.chance(0.03)) plan(() => foundClient(world, random.fork('client'), [...world.all('clients')].length))
}

/** What happens in every world, whatever its seed and size: the days are counted from its start. */
function planPlot(world: TracktikWorld, plan: Plan, number: number, dayStart: Micros): void {
  const region = (customId: string) => [...world.all('regions')].find((one) => one.customId === customId)
  const employee = (index: number) => [...world.all('employees')][index]
  // Late in the day, after everything else: nobody is told to change twice.
  const late = (run: () => void) => world.queue.plan(dayStart + 23 * hour, run)
  if (number === 3) late(() => terminateOnce(world, employee(0)?.id, dayStart))
  if (number === 5) plan(() => world.change('regions', region('SOU-NY')?.id ?? 0, { name: 'South Hudson' }))
  if (number === 12) plan(() => world.change('regions', region('HRB-LAE')?.id ?? 0, { parentRegion: region('SOU')?.id ?? null }))
  if (number === 20) late(() => rehire(world, employee(0)?.id))
}

function terminateOnce(world: TracktikWorld, id: number | undefined, dayStart: Micros): void {
  if (id !== undefined && world.get('employees', id).status === 'ACTIVE' && world.get('employees', id).updatedAt < dayStart) terminate(world, id, dayStart)
}

function terminate(world: TracktikWorld, id: number, dayStart: Micros): void {
  world.change('employees', id, { status: 'TERMINATED', terminationDate: utcText(dayStart).slice(0, 10) })
  leaveShiftsVacant(world, id)
}

function rehire(world: TracktikWorld, id: number | undefined): void {
  if (id !== undefined && world.get('employees', id).status === 'TERMINATED') world.change('employees', id, { status: 'ACTIVE', terminationDate: null })
}
