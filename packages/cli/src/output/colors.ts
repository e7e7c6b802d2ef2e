import picocolors from 'picocolors'
import type { Globals } from '../globals.js'
import type { Host, Output } from '../host.js'

/** Functions that colour a text, or leave it as it is. */
export type Colors = ReturnType<typeof picocolors.createColors>

/** Colours for a terminal; none elsewhere, with --no-color, or where NO_COLOR is set to anything. */
export function colorsFor(output: Output, { environment }: Pick<Host, 'environment'>, globals: Pick<Globals, 'color'>): Colors {
  return picocolors.createColors(globals.color && output.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb')
}
