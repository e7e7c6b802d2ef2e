import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { specOf, typeText } from '@varve/core'
import { fieldsOf } from '../src/pipeline/otc/mapping/view-mapping.ts'
import { viewTables, type ViewName } from '../src/pipeline/otc/otc-view.ts'
import { otcOptions } from '../src/pipeline/otc/otc-choices.ts'
import { dimTicket } from '../src/pipeline/otc/history/dim-ticket.ts'
import { notablePoints } from '../src/pipeline/otc/quality/measure-orphans.ts'
import { userLookup } from '../src/pipeline/otc/table/user-lookup.ts'
import { closedStatuses } from '../src/pipeline/otc/warehouse/report-views.ts'
import { otcObjects } from '../src/pipeline/otc/warehouse/otc-objects.ts'
import { snakeName } from '../src/pipeline/otc/warehouse/snake-view.ts'

const page = readFileSync(new URL('../../../docs/pipelines/otc.md', import.meta.url), 'utf8')
const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? [])

/** The cells of a table of the page, below a line that begins so. */
function rowsBelow(head: string): string[][] {
  expect(page).toContain(head)
  const lines = page.slice(page.indexOf(head)).split('\n')
  return lines.slice(2, lines.findIndex((line, at) => at > 1 && !line.startsWith('|'))).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
}

const columnsOf = (view: ViewName) => specOf(viewTables[view]).columns

describe('the page on the pipeline', () => {
  it.each([['tickets', 60], ['timesheets', 21]] as const)('has all columns of %s, %i of them, with type and plain name, in order', (view, count) => {
    const rows = rowsBelow(`| column of \`${view}\` |`).map(([column = '', type, plain = '']) => [names(column)[0], type, names(plain)[0]])
    expect(rows).toEqual(columnsOf(view).map(({ name, type, property }) => [name, typeText(type), snakeName(property)]))
    expect(rows).toHaveLength(count)
  })

  it('has all ten columns of comments, with their names in both families', () => {
    const rows = rowsBelow('| column of `comments` |').map(([column = '', type, newer = '', older = '']) => [names(column)[0], type, names(newer)[0], names(older)[0]])
    expect(rows).toEqual(columnsOf('comments').map(({ name, type }) => [name, typeText(type), ...fieldsOf('comments', name).slice(0, 2)]))
    expect(rows).toHaveLength(10)
  })

  it('has the columns of the lookup, and those that history is kept of', () => {
    expect(rowsBelow('| column | meaning |').flatMap(([column = '']) => names(column))).toEqual(userLookup.spec.columns.map(({ name }) => name))
    const history = page.slice(page.indexOf('with a version for every change of')).split('.')[0] ?? ''
    expect(names(history)).toEqual(specOf(dimTicket).columns.map(({ name }) => name).filter((name) => !['ticket_id', 'modified_time'].includes(name)))
  })

  it('has every view, function, option and finding, and what counts as open', () => {
    const objects = otcObjects('Australia/Sydney')
    const listed = [...rowsBelow('| view | shows |'), ...rowsBelow('| function | answers |')].flatMap(([cell = '']) => names(cell)).map((name) => name.replace(/\(.*/, ''))
    expect(listed.toSorted()).toEqual(objects.map(({ name }) => name.replace('servicedesk.', '').replace(/\(.*/, '')).toSorted())
    for (const [property, { value }] of Object.entries(otcOptions)) expect(page).toContain(value === 'view' ? 'varve run otc tickets' : `--${property}`)
    expect(rowsBelow('| issue | severity |').map(([issue = '']) => names(issue)[0])).toEqual(['AMBIGUOUS_PERSON', 'UNKNOWN_FIELD', 'MISSING_FIELD', 'ORPHANS_CHANGED', 'EMPTY_VIEW', 'quarantine'])
    expect(page).toContain(`moved by more than ${notablePoints} points`)
    const [open = ''] = /A ticket is open unless .*/.exec(page) ?? []
    expect(names(open)).toEqual([...closedStatuses])
  })
})
