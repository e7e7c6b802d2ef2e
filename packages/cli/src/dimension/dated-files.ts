import { readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { namedInstant } from './named-instant.js'
import type { Session } from '../session.js'

/** A file, and the instant that its name tells. */
export interface DatedFile {
  readonly path: string
  readonly at: string
}

/** The files that are named, and those of the directories that are, in the order of the instants in their names. */
export function datedFiles({ core, host }: Session, places: readonly string[], pattern: RegExp | undefined): DatedFile[] {
  const refuse = (what: string, context: object) => new core.VarveError('V1009', what, { context: { ...context } })
  const files = places.flatMap((place) => {
    const facts = statSync(resolve(host.directory, place), { throwIfNoEntry: false })
    if (!facts) throw refuse(`"${place}" is not there. Check its path, which starts at ${host.directory}.`, { place })
    if (!facts.isDirectory()) return [place]
    // What begins with a dot is no data.
    const found = readdirSync(resolve(host.directory, place), { withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map((entry) => join(place, entry.name))
    if (found.length === 0) throw refuse(`The directory "${place}" has no files.`, { place })
    return found
  })
  const read = core.valueReader({ kind: 'timestamp' })
  const dated = [...new Set(files)].map((path) => {
    const text = pattern ? foundBy(pattern, basename(path)) : namedInstant(path)
    // What a pattern finds may be an instant as it stands; else it is read as a name is.
    const at = [text, text === undefined || !pattern ? undefined : (namedInstant(text) ?? compact(text))].map((one) => (one === undefined ? undefined : read(one))).find((one) => typeof one === 'string')
    if (typeof at !== 'string') {
      const how = pattern ? `--at-from ${String(pattern)} finds ${text === undefined ? 'nothing' : `"${text}", which is no instant,`} in it.` : 'It must have one, such as 2024-01-31.csv or 2024-01-31T10-00-00Z.ndjson. Where the names are of another kind, --at-from finds it.'
      throw refuse(`The name of "${path}" tells no instant. ${how}`, { file: path })
    }
    return { path, at }
  })
  const inOrder = dated.toSorted((one, other) => (sortable(one.at) < sortable(other.at) ? -1 : 1))
  for (const [index, { path, at }] of inOrder.entries()) {
    const before = inOrder[index - 1]
    if (before && sortable(before.at) === sortable(at)) throw refuse(`"${before.path}" and "${path}" are both of ${at}. One load stands for one instant: put them together, or name another.`, { files: [before.path, path], at })
  }
  return inOrder
}

function foundBy(pattern: RegExp, name: string): string | undefined {
  const found = pattern.exec(name)
  return found?.[1] ?? found?.[0]
}

/** A day without dashes is a day. */
function compact(text: string): string {
  return text.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')
}

/** Neutral instants leave a fraction out that is zero: with it, their order is that of time. */
function sortable(at: string): string {
  return at.includes('.') ? at.slice(0, -1).padEnd(26, '0') : `${at.slice(0, 19)}.000000`
}
