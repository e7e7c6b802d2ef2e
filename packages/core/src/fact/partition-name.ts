import { createHash } from 'node:crypto'
import { objectName } from '../table/object-name.js'
import type { FactDefinition } from './fact-definition.js'
import type { NamedBound } from './period-bound.js'

/** The name of a partition: that of its table with its value, or with the first value of its range. */
export function partitionName({ table, partitionName: named }: FactDefinition, bound: NamedBound, taken: ReadonlySet<string>): string {
  if (named) return named(bound)
  const text = bound.kind === 'list' ? bound.values.map((value) => value ?? 'null').join('_') : (bound.from ?? 'first').replace(/T00:00:00Z$/, '')
  const name = objectName([table.name, text.replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_|_$/g, '')])
  // Different values can come to the same name once their signs are gone.
  return taken.has(name) ? objectName([name, createHash('sha256').update(text).digest('hex').slice(0, 8)]) : name
}
