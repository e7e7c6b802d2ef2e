import type { Readable } from 'node:stream'
import { errorMessage, VarveError } from '@varve/core'
import { SaxesParser } from 'saxes'

/** What is told of an XML document while it is read; names are without a prefix. */
export interface XmlEvents {
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void
  readonly text?: (text: string) => void
  readonly close?: (name: string) => void
}

/**
 * Reads XML a piece at a time: behind each piece, whoever reads can take what the events made of it.
 *
 * @throws VarveError V1006 when it is broken.
 */
export async function* xmlEvents(input: Readable, part: string, { open, text, close }: XmlEvents): AsyncGenerator<void> {
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => open?.(local(name), attributes))
  parser.on('text', (found) => text?.(found))
  parser.on('cdata', (found) => text?.(found))
  parser.on('closetag', ({ name }) => close?.(local(name)))
  try {
    input.setEncoding('utf8')
    for await (const piece of input as AsyncIterable<string>) {
      parser.write(piece)
      yield
    }
    parser.close()
    yield
  } catch (error) {
    throw new VarveError('V1006', `The spreadsheet is broken: its part "${part}" cannot be read (${errorMessage(error)}). Save it again, or as .csv.`, { cause: error })
  }
}

/** Reads XML to its end. */
export async function readXml(input: Readable, part: string, events: XmlEvents): Promise<void> {
  for await (const _piece of xmlEvents(input, part, events));
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
