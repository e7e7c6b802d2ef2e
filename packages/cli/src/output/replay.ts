import type { ReplayOutcome } from '@varve/scd2'
import type { Colors } from './colors.js'
import { countsTable, findingLines } from './load.js'
import { durationText, plural } from './numbers.js'

/** The files of a replay that is not carried out. */
export function planText(loads: readonly { readonly name: string; readonly at: string }[]): string {
  return ['These would be loaded, in this order:', ...loads.map(({ name, at }) => `  ${at}  ${name}`)].join('\n')
}

/** What a replay did, a line for each load. */
export function replayText(dimension: string, { loads, inOneGo }: ReplayOutcome, totalMs: number, colors: Colors): string {
  const rejected = loads.find((load) => load.counts.rejected > 0)
  return [
    `${colors.bold(dimension)}: ${plural(loads.length, 'load')} ${colors.green('done')} in ${durationText(totalMs)}${inOneGo > 1 ? `, ${inOneGo} of them in one go` : ''}`,
    '',
    countsTable(loads.map(({ name, counts }) => [name, counts]), colors),
    '',
    ...findingLines(loads.flatMap((load) => load.findings), colors),
    ...(rejected ? [`  Rejected rows are in quarantine: varve runs ${rejected.batchId}`] : []),
  ].join('\n')
}
