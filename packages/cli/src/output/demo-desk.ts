import type { DemoDesk } from '../demo/demo-desk.js'
import type { Colors } from './colors.js'
import { countText, instantText } from './numbers.js'
import { runText } from './run.js'
import { textTable } from './text-table.js'

/** The part of the demo that tells of a service desk. */
export function demoDeskText({ runs, orphans, timeline }: DemoDesk, colors: Colors): string[] {
  const title = (text: string) => ['', colors.bold(text)]
  return [
    '',
    `${colors.bold('A service desk shows its tickets, timesheets and comments as whole views.')} What leaves a view is not gone, and what refers to nothing is reported, not rejected.`,
    ...runs.flatMap(({ at, result }, index) => [...title(`Run ${index + 1}, when it was ${instantText(at)} there`), runText(result, colors)]),
    '',
    ...orphans.map(({ view, records, percent }) => `  ${percent} % of ${countText(records)} ${view} belong to tickets that the view of tickets does not show any more.`),
    ...title(`How long ticket ${timeline[0]?.ticket ?? ''} was in each status`),
    textTable(
      [{ title: 'status' }, { title: 'from' }, { title: 'to' }, { title: 'hours', align: 'right' }],
      timeline.map(({ status, from, to, hours }) => [status, from, to ?? 'now', hours ?? '']),
      colors,
    ),
  ]
}
