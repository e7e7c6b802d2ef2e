import { expect, it } from 'vitest'
import { bar } from './bar-chart.js'

it.each([
  [0, 10, ''],
  [10, 10, '████████'],
  [5, 10, '████'],
  [1, 1000, '▏'],
  [9.9, 10, '███████▉'],
  [20, 10, '████████'],
  [1, 0, ''],
  [NaN, 10, ''],
])('a bar of %s out of %s is "%s"', (value, largest, drawn) => {
  expect(bar(value, largest, 8)).toBe(drawn)
})
