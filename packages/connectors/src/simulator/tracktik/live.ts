import { day, type Micros } from '../../time/micros.js'
import { foundPortal } from './found-portal.js'
import { planOrganisationDay } from './organisation-life.js'
import { leadDays, planShiftDay } from './shift-life.js'
import { TracktikWorld, type TracktikScale } from './tracktik-world.js'

/** A portal that has been in use for some days, and lives on whenever its time is moved. */
export function livingWorld(options: { readonly seed: string; readonly scale: TracktikScale; readonly start: Micros; readonly historyDays: number }): TracktikWorld {
  const world = new TracktikWorld(options)
  const birth = world.now
  foundPortal(world)
  // The first days have to be planned at once; later ones one by one, a week ahead.
  for (let ahead = 0; ahead < leadDays; ahead++) planShiftDay(world, birth + ahead * day)
  const live = (dayStart: Micros) => {
    if (dayStart > birth) planOrganisationDay(world, dayStart) // nobody changes on the day they are first heard of
    planShiftDay(world, dayStart + leadDays * day)
    world.queue.plan(dayStart + day, () => live(dayStart + day))
  }
  world.queue.plan(birth, () => live(birth))
  world.advanceTo(options.start)
  return world
}
