import { expect, it } from 'vitest'
import { latestInstant } from './latest-instant.js'

it.each([
  [['2025-03-10T00:00:00Z', '2025-03-10T00:00:00.000001Z'], '2025-03-10T00:00:00.000001Z'],
  [['2025-03-10T02:00:00+01:00', '2025-03-10T00:59:59.999999Z'], '2025-03-10T01:00:00Z'],
  [['2024-12-31T23:59:59Z'], '2024-12-31T23:59:59Z'],
])('of %j the latest is %s', (instants, latest) => {
  expect(latestInstant(instants)).toBe(latest)
  expect(latestInstant(instants.toReversed())).toBe(latest)
})
