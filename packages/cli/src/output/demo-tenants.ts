import type { DemoTenants } from '../demo/demo-tenants.js'
import type { Colors } from './colors.js'
import { countText, instantText } from './numbers.js'
import { runText } from './run.js'
import { textTable } from './text-table.js'

/** The part of the demo that tells of tenants and their tickets. */
export function demoTenantsText({ runs, tables, timeline }: DemoTenants, colors: Colors): string[] {
  const title = (text: string) => ['', colors.bold(text)]
  return [
    '',
    `${colors.bold('Two customers keep their tickets in ConnectWise.')} Each is a tenant with a schema of its own, read by the last change; ids that are gone are closed.`,
    ...runs.flatMap(({ at, result }, index) => [...title(`Run ${index + 1}, when it was ${instantText(at)} there`), runText(result, colors)]),
    '',
    textTable(
      [{ title: 'table' }, { title: 'rows', align: 'right' }, { title: 'current', align: 'right' }, { title: 'columns', align: 'right' }],
      tables.map(({ table, rows, current, columns }) => [table, countText(rows), countText(current), countText(columns)]),
      colors,
    ),
    ...title(`What became of ticket ${timeline[0]?.id ?? ''}, "${timeline[0]?.summary ?? ''}"`),
    textTable(
      [{ title: 'from' }, { title: 'to' }, { title: 'status' }, { title: 'priority' }, { title: 'owner' }],
      timeline.map(({ from, to, status, priority, owner }) => [from, to ?? 'now', status ?? '', priority ?? '', owner ?? '']),
      colors,
    ),
  ]
}
