import type { PipelineResult, RecordedRun } from '@varve/core'
import type { DemoWarehouse } from '../demo/demo-warehouse.js'
import type { DemoDesk } from '../demo/demo-desk.js'
import type { DemoTenants } from '../demo/demo-tenants.js'
import { bar } from './bar-chart.js'
import type { Colors } from './colors.js'
import { demoDeskText } from './demo-desk.js'
import { demoTenantsText } from './demo-tenants.js'
import { countText, instantText, plural } from './numbers.js'
import { runText } from './run.js'
import { runListText } from './runs.js'
import { textTable } from './text-table.js'

/** What the demo shows. */
export interface DemoShow {
  readonly database: string
  /** How it is named on a command line. */
  readonly url: string
  /** When each run looked at the portal, and what came of it. */
  readonly runs: readonly { readonly at: string; readonly result: PipelineResult }[]
  readonly warehouse: DemoWarehouse
  readonly tenants: DemoTenants
  readonly desk: DemoDesk
  readonly ledger: readonly RecordedRun[]
}

const chartWidth = 32

/** The demo, told to people. */
export function demoText({ database, url, runs, warehouse, tenants, desk, ledger }: DemoShow, colors: Colors): string {
  const title = (text: string) => ['', colors.bold(text)]
  const last = runs.at(-1)?.result.runId ?? ''
  return [
    `${colors.bold('A guarding company keeps its shifts in TrackTik.')} The portal is simulated; the pipeline is the real one, and read it over HTTP twice.`,
    `The database: ${database}.`,
    ...runs.flatMap(({ at, result }, index) => [...title(`Run ${index + 1}, when it was ${instantText(at)} in the portal`), runText(result, colors)]),
    ...title('What is in the warehouse'),
    textTable(
      [{ title: 'table' }, { title: 'rows', align: 'right' }, { title: 'current', align: 'right' }],
      warehouse.tables.map(({ table, rows, current }) => [table, countText(rows), current === null ? '' : countText(current)]),
      colors,
    ),
    ...title(`What became of ${warehouse.timeline[0]?.employee ?? 'somebody'}: every version is kept`),
    textTable(
      [{ title: 'from' }, { title: 'to' }, { title: 'name' }, { title: 'status' }, { title: 'region' }, { title: 'job' }],
      warehouse.timeline.map(({ from, to, employee, status, region, jobTitle }) => [from, to ?? 'now', employee, status, region, jobTitle]),
      colors,
    ),
    ...title('What is billed, by period'),
    chart(warehouse.periods, colors),
    ...title('What was found'),
    ...warehouse.findings.map(({ type, severity, open, example }) => `  ${(severity === 'info' ? colors.dim : colors.yellow)(`${countText(open).padStart(4)} ${type}`)}  ${colors.dim(example)}`),
    ...(warehouse.findings.length === 0 ? ['  Nothing.'] : []),
    `  The portal counts ${plural(warehouse.reconciliation.apiCount, 'shift')} in ${plural(warehouse.reconciliation.periods, 'period')}, and ${countText(warehouse.reconciliation.storedCount)} are stored.`,
    ...demoTenantsText(tenants, colors),
    ...demoDeskText(desk, colors),
    ...title('What the ledger holds'),
    runListText(ledger, colors),
    ...title('What to try next'),
    ...[
      ['varve demo', 'again: two more weeks go by'],
      [`varve runs ${last} --db ${url}`, 'the last run, with its findings'],
      ['varve simulate tracktik > .env', 'the portal by itself; then, beside it: varve run tracktik'],
      ['varve simulate connectwise > .env', 'a tenant by itself; then: varve backfill connectwise tickets --limit 500'],
      ['varve init', 'a warehouse of your own'],
    ].map(([line = '', what = '']) => `  ${line}\n      ${colors.dim(what)}`),
  ].join('\n')
}

function chart(periods: DemoWarehouse['periods'], colors: Colors): string {
  const largest = Math.max(...periods.map(({ billTotal }) => Number(billTotal)))
  return textTable(
    [{ title: 'period' }, { title: 'from' }, { title: 'shifts', align: 'right' }, { title: 'hours', align: 'right' }, { title: 'billed', align: 'right' }, { title: '' }],
    periods.map(({ period, from, shifts, billableHours, billTotal }) => [period, from, countText(shifts), money(billableHours), money(billTotal), colors.cyan(bar(Number(billTotal), largest, chartWidth))]),
    colors,
  )
}

/** Digits as they are, with commas among the thousands. */
function money(decimal: string): string {
  const [whole = '', fraction = ''] = decimal.split('.')
  return `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}.${fraction.padEnd(2, '0')}`
}
