import { createReadStream, statSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import type { ByteSource } from '@varve/core'
import type { Session } from '../session.js'

export const rowFormats = ['csv', 'ndjson'] as const
export type RowFormat = (typeof rowFormats)[number]

/** How a file of rows is read. */
export interface RowOptions {
  readonly format?: RowFormat
  readonly delimiter?: string
}

const endings: Readonly<Record<string, RowFormat>> = { '.csv': 'csv', '.tsv': 'csv', '.ndjson': 'ndjson', '.jsonl': 'ndjson' }

/** Finds out how rows are to be read, before anything is done; the answer opens them. `-` is standard input. */
export function openRows({ core, host }: Session, file: string, { format, delimiter }: RowOptions): () => ByteSource {
  const ending = extname(file).toLowerCase()
  const known = format ?? endings[ending]
  if (!known) {
    throw new core.VarveError('V1009', `How ${file === '-' ? 'standard input' : `"${file}"`} is to be read cannot be told from its name. Say it: --format csv, or --format ndjson.`, { context: { file } })
  }
  const read = (input: Parameters<typeof core.csv>[0]) => (known === 'csv' ? core.csv(input, { delimiter: delimiter ?? (ending === '.tsv' ? '\t' : ',') }) : core.ndjson(input))
  if (file === '-') {
    const { stdin } = host
    if (!stdin) throw new core.VarveError('V1009', 'There is no standard input to read rows from. Name a file.')
    return () => read(stdin)
  }
  const path = resolve(host.directory, file)
  const facts = statSync(path, { throwIfNoEntry: false })
  if (!facts?.isFile()) throw new core.VarveError('V1009', `"${file}" is ${facts ? 'no file' : 'not there'}. Check its path, which starts at ${host.directory}.`, { context: { file } })
  return () => read(createReadStream(path))
}
