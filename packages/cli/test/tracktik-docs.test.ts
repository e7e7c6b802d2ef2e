import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { specOf, typeText, type TableLike } from '@varve/core'
import { billingPeriodsTable } from '../src/pipeline/tracktik/calendar/billing-periods-table.ts'
import { dimClients } from '../src/pipeline/tracktik/dimension/dim-clients.ts'
import { dimEmployees } from '../src/pipeline/tracktik/dimension/dim-employees.ts'
import { dimPositions } from '../src/pipeline/tracktik/dimension/dim-positions.ts'
import { dimRegions } from '../src/pipeline/tracktik/dimension/dim-regions.ts'
import { dimSites } from '../src/pipeline/tracktik/dimension/dim-sites.ts'
import { issueTypes } from '../src/pipeline/tracktik/quality/issue.ts'
import { shiftTable } from '../src/pipeline/tracktik/shift/shift-table.ts'
import { tracktikOptions } from '../src/pipeline/tracktik/tracktik-choices.ts'
import { ledgerViews } from '../src/pipeline/tracktik/warehouse/ledger-views.ts'
import { monitoringViews } from '../src/pipeline/tracktik/warehouse/monitoring-views.ts'
import { readerViews } from '../src/pipeline/tracktik/warehouse/reader-views.ts'

const page = readFileSync(new URL('../../../docs/pipelines/tracktik.md', import.meta.url), 'utf8')
const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? [])

/** Columns and types in the rows of a table of the page, below a line that begins so. */
function documented(head: string): [name: string, type: string][] {
  const lines = page.slice(page.indexOf(head)).split('\n')
  const end = lines.findIndex((line, at) => at > 1 && !line.startsWith('|'))
  return lines.slice(2, end).flatMap((line) => {
    const [, columns = '', types = ''] = line.split('|')
    const list = types.split(', ').map((type) => type.trim())
    return names(columns).map((name, at): [string, string] => [name, list[at] ?? list.at(-1) ?? ''])
  })
}

describe('the page on the pipeline', () => {
  it.each<[string, TableLike, string]>([
    ['fact_shifts', shiftTable, '| column | type | from |'],
    ['billing_periods', billingPeriodsTable, '| column | type | meaning |'],
    ['dim_employees', dimEmployees, '| `dim_employees` |'],
    ['dim_clients', dimClients, '| `dim_clients` |'],
    ['dim_sites', dimSites, '| `dim_sites` |'],
    ['dim_positions', dimPositions, '| `dim_positions` |'],
    ['dim_regions', dimRegions, '| `dim_regions` |'],
  ])('has every column of %s with its type, in order', (_name, table, head) => {
    expect(documented(head)).toEqual(specOf(table).columns.map(({ name, type }) => [name, typeText(type)]))
  })

  it('has every kind of finding, every view and every option', () => {
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].flatMap(([, type]) => type ?? []).filter((type) => !type.startsWith('TRACKTIK'))
    expect(rows).toEqual(Object.keys(issueTypes))
    const views = [...ledgerViews, ...monitoringViews, ...readerViews].map(({ name }) => name.replace('tracktik.', ''))
    const listed = page.slice(page.indexOf('| view | shows |')).split('\n').slice(2).flatMap((line) => names(line.split('|')[1] ?? ''))
    expect(listed.toSorted()).toEqual(views.toSorted())
    for (const property of Object.keys(tracktikOptions)) expect(page).toContain(`--${property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`)
  })
})
