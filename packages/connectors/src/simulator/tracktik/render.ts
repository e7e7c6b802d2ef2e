import { LosslessNumber, stringify } from 'lossless-json'
import { utcText } from '../../time/micros.js'
import { Digits, fieldsOf, type Field } from './tracktik-fields.js'
import type { TracktikRecords, TracktikResource } from './tracktik-records.js'
import type { TracktikWorld } from './tracktik-world.js'

/** A row as JSON has it; decimals that a number would not hold are kept digit by digit. */
export type RenderedRow = Record<string, unknown>

/** Which fields a row shows: all but those on demand, and what was asked for by name. */
export interface Shown {
  readonly include: ReadonlySet<string>
  /** Only these, under these names, where the request names any. */
  readonly only?: ReadonlyMap<string, string> | undefined
}

export const everything: Shown = { include: new Set(['*']) }

export function renderRow<R extends TracktikResource>(world: TracktikWorld, resource: R, record: TracktikRecords[R], shown: Shown): RenderedRow {
  const fields = fieldsOf(resource)
  const row: RenderedRow = {}
  if (shown.only) {
    for (const [path, name] of shown.only) row[name] = valueAt(world, resource, record, path.split('.'))
    return row
  }
  for (const [name, field] of Object.entries(fields)) {
    if (field.isOnDemand && !shown.include.has(name) && !shown.include.has('*')) continue
    row[name] = renderField(world, field, record, shown.include.has(name))
  }
  return row
}

export function renderField<Kept>(world: TracktikWorld, field: Field<Kept>, record: Kept, isIncluded: boolean): unknown {
  switch (field.kind) {
    case 'plain':
      return written(field.read(record, world))
    case 'instant': {
      const at = field.read(record)
      return at === null ? null : field.zoneOf ? world.zone(field.zoneOf(record)).text(at) : utcText(at)
    }
    case 'decimal': {
      const text = field.read(record)
      return text === null ? null : number(text)
    }
    case 'relation': {
      const id = field.read(record)
      const related = id === null || !isIncluded ? undefined : world.find(field.to, id)
      return related ? renderRow(world, field.to, related, { include: new Set() }) : id
    }
  }
}

/** The value at the end of a path such as region.name, as the row would show it; undefined where there is no such field. */
export function valueAt<R extends TracktikResource>(world: TracktikWorld, resource: R, record: TracktikRecords[R], path: readonly string[]): unknown {
  const [head = '', ...rest] = path
  const field = fieldsOf(resource)[head]
  if (!field) return undefined
  if (rest.length === 0) return renderField(world, field, record, false)
  if (field.kind === 'relation') {
    const id = field.read(record)
    const related = id === null ? undefined : world.find(field.to, id)
    return related ? valueAt(world, field.to, related, rest) : null
  }
  // The rest of the path leads into a plain object.
  return rest.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined), renderField(world, field, record, true))
}

/** JSON with every digit; the slower writer only where there are such digits. */
export function jsonText(value: unknown, rows: readonly RenderedRow[]): string {
  return rows.some((row) => Object.values(row).some(hasLongDigits)) ? (stringify(value) ?? 'null') : JSON.stringify(value)
}

function hasLongDigits(value: unknown): boolean {
  return value instanceof LosslessNumber || (typeof value === 'object' && value !== null && Object.values(value).some((inner) => inner instanceof LosslessNumber))
}

function written(value: unknown): unknown {
  if (value instanceof Digits) return number(value.text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, written(inner)]))
}

function number(text: string): number | LosslessNumber {
  return text.replaceAll(/\D/g, '').length > 15 ? new LosslessNumber(text) : Number(text)
}
