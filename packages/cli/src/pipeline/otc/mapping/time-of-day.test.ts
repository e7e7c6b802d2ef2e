import { expect, it } from 'vitest'
import { timeOfDay } from './time-of-day.ts'

it.each([
  ['9:00', '09:00'], ['09:00', '09:00'], ['09:00:00', '09:00'], ['9:00:30', '09:00:30'], ['9:05 AM', '09:05'], ['12:15am', '00:15'], ['12:15 PM', '12:15'], ['11:59:59 pm', '23:59:59'], ['23:59', '23:59'],
  ['24:00', '24:00'], ['13:00 PM', '13:00 PM'], ['9:60', '9:60'], ['9', '9'], ['morning', 'morning'], [null, null], [9, 9],
])('a time that is told as %j is %j', (told, time) => {
  expect(timeOfDay(told)).toBe(time)
})
