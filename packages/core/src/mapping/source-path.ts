import { isLosslessNumber } from 'lossless-json'

/**
 * One way on from a holder: a key or an index, and the ways on from what is found there. A path becomes a small graph of
 * these, since a dot or a double underscore may part two keys or belong to one.
 */
export interface PathStep {
  readonly key: string | number
  /** Empty where the path ends. */
  readonly next: readonly PathStep[]
  /** The key is one that every object inherits, so it counts only where the object has it itself. */
  readonly isInherited: boolean
}

/** A path of a source, ready to be followed in any number of rows. */
export interface SourcePath {
  /** The path as it was written. */
  readonly text: string
  readonly steps: readonly PathStep[]
}

/**
 * Reads a path. A key that stands in the row as it is written wins; then dots, double underscores and `[0]` are nesting.
 * The longest key that exists is taken at each level, so keys may hold dots and underscores themselves.
 */
export function sourcePath(text: string): SourcePath {
  return { text, steps: stepsOf(text, new Map()) }
}

const leadingIndex = /^\[(\d+)\](?:\.|__|(?=\[)|$)/
const separators = /\.|(?=__)|(?=\[\d+\])/g

function stepsOf(text: string, known: Map<string, readonly PathStep[]>): readonly PathStep[] {
  const found = known.get(text)
  if (found) return found
  const steps: PathStep[] = [{ key: text, next: [], isInherited: text in Object.prototype }]
  const index = leadingIndex.exec(text)
  if (index) {
    const rest = text.slice(index[0].length)
    steps.push({ key: Number(index[1]), next: rest === '' ? [] : stepsOf(rest, known), isInherited: false })
  }
  for (const match of [...text.matchAll(separators)].toReversed()) {
    const key = text.slice(0, match.index)
    const separator = match[0] === '' && text.startsWith('__', match.index) ? '__' : match[0]
    const rest = text.slice(match.index + separator.length)
    if (key !== '' && rest !== '') steps.push({ key, next: stepsOf(rest, known), isInherited: key in Object.prototype })
  }
  known.set(text, steps)
  return steps
}

/** What a path leads to: `undefined` where it is absent, `null` where it, or something on the way to it, is null. */
export function follow(steps: readonly PathStep[], holder: object): unknown {
  const isList = Array.isArray(holder)
  let found: null | undefined
  for (const step of steps) {
    if (isList !== (typeof step.key === 'number')) continue
    // The kind of key was just matched to the kind of holder.
    const value = (holder as Readonly<Record<string | number, unknown>>)[step.key]
    if (value === undefined || (step.isInherited && !Object.hasOwn(holder, step.key))) continue
    if (step.next.length === 0) return value
    if (value === null) found = null
    else if (isHolder(value)) {
      const deeper = follow(step.next, value)
      if (deeper !== undefined) return deeper
    }
  }
  return found
}

/** Whether a value has fields or items of its own to follow: a number kept as its digits has none. */
export function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isLosslessNumber(value) && !(value instanceof Date) && !(value instanceof Uint8Array)
}
