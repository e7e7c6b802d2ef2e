import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { instantText, type Instant } from './instant.js'
import { valueOf } from './layout.js'

/**
 * Something about a load that is worth knowing, though the load went through.
 *
 * - `conflict` other values for an instant at which the member had some already (H5)
 * - `future` an event that lies after the load (H3)
 * - `dropped` a version that will not begin, since its member was absent before (H3)
 * - `absent-later` an event from before a complete load in which its member was absent: its version ends there (H7)
 * - `missing-column` a column that no row of the load has, though living members have values in it (H12)
 * - `nameless` rows of a complete load whose key cannot be read, where members were closed because no row spoke of them (H7, H9)
 */
export interface ModelFinding {
  readonly kind: 'conflict' | 'future' | 'dropped' | 'absent-later' | 'missing-column' | 'nameless'
  readonly severity: 'info' | 'warn'
  /** The row that it is about, counted from 1. */
  readonly rowNumber?: number
  /** The member, by the properties of the key. */
  readonly key?: Readonly<Record<string, unknown>>
  readonly column?: string
  readonly message: string
}

/** The key of a member by its properties. */
export function keyOf(definition: DimensionDefinition, key: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(definition.key.map((column, index) => [column.property, valueOf(column, key[index] ?? null)]))
}

/** The key of a member for a message: `customerId 7`. */
export function keyText(definition: DimensionDefinition, key: readonly string[]): string {
  return definition.key.map((column, index) => `${column.property} ${column.type.kind === 'text' ? JSON.stringify(key[index]) : key[index]}`).join(', ')
}

const about = (definition: DimensionDefinition, event: { readonly key: readonly string[]; readonly rowNumber?: number }) => ({
  key: keyOf(definition, event.key),
  ...(event.rowNumber === undefined ? {} : { rowNumber: event.rowNumber }),
})

type About = Parameters<typeof about>[1]

/** H5: the first values stay, or make room. */
export function conflictFinding(definition: DimensionDefinition, event: About & { readonly instant: Instant }, columns: readonly string[]): ModelFinding {
  const outcome = definition.conflict === 'keep' ? 'The first ones stay; a definition with conflict "replace" takes the later ones' : 'They replace the first ones'
  return {
    kind: 'conflict', severity: 'warn', ...about(definition, event),
    message: `${keyText(definition, event.key)} has other values in ${columns.join(', ')} for ${instantText(event.instant)} than an earlier load brought. ${outcome}.`,
  }
}

/** H3: the event is taken, and holds from its instant on. */
export function futureFinding(definition: DimensionDefinition, event: About & { readonly instant: Instant }, at: Instant): ModelFinding {
  return { kind: 'future', severity: 'info', ...about(definition, event), message: `${keyText(definition, event.key)} has an event at ${instantText(event.instant)}, after the load at ${instantText(at)}.` }
}

/** H3: the version never begins. */
export function droppedFinding(definition: DimensionDefinition, event: About & { readonly instant: Instant }, at: Instant): ModelFinding {
  return { kind: 'dropped', severity: 'warn', ...about(definition, event), message: `${keyText(definition, event.key)} is gone at ${instantText(at)}, before its version of ${instantText(event.instant)} began: that version is dropped.` }
}

/** H7: a complete load without the member lies after the event. */
export function absentLaterFinding(definition: DimensionDefinition, event: About & { readonly instant: Instant }, absentAt: Instant): ModelFinding {
  return {
    kind: 'absent-later', severity: 'info', ...about(definition, event),
    message: `${keyText(definition, event.key)} has an event at ${instantText(event.instant)}, but was absent from the complete load at ${instantText(absentAt)}: the version ends there.`,
  }
}

/** H12: the column is NULL in what this load brought. */
export function missingColumnFinding(property: string): ModelFinding {
  return { kind: 'missing-column', severity: 'warn', column: property, message: `No row of the load has "${property}", though living members have values in it. It is NULL in what this load wrote.` }
}

/** H7, H9: a row that was set aside may have spoken of a member that was taken for absent. */
export function namelessFinding(nameless: number, absent: number): ModelFinding {
  const [rows, members] = [nameless === 1 ? '1 row of the complete load has a key' : `${nameless} rows of the complete load have keys`, absent === 1 ? '1 member was' : `${absent} members were`]
  return { kind: 'nameless', severity: 'warn', message: `${rows} that cannot be read, and ${members} closed because no row spoke of ${absent === 1 ? 'it' : 'them'}, maybe wrongly. Look at the quarantine; mended and loaded again for the same instant, the rows put it right. With "rejects": "refuse" such a load is refused.` }
}
