import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canonicalTables } from '../src/canonical/canonical-tables.ts'
import { pathsOf } from '../src/canonical/canonical-mapping.ts'
import { tickets } from '../src/canonical/tables/tickets.ts'
import { connectwiseOptions } from '../src/pipeline/connectwise/connectwise-choices.ts'

const page = readFileSync(new URL('../../../docs/pipelines/connectwise.md', import.meta.url), 'utf8')
const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? [])
const rowsBelow = (head: string) => {
  const lines = page.slice(page.indexOf(head)).split('\n')
  return lines.slice(2, lines.findIndex((line, at) => at > 1 && !line.startsWith('|'))).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
}

describe('the page on the pipeline', () => {
  it('has every field of the tickets in order, with its type and where the source has it', () => {
    const documented = rowsBelow('| field | type | from ConnectWise |').flatMap(([fields = '', type = '', from = '']) => {
      // The first alternative of each field, in the order of the fields of the row; what follows an "else" is another way to the last one.
      const firsts = from.split(/, else |; else /).flatMap((part, at) => (at === 0 ? names(part) : []))
      return names(fields).map((field, at) => [field, type, firsts[at]])
    })
    expect(documented).toEqual(Object.entries(tickets.fields).map(([field, { type }]) => [field, type, pathsOf(tickets.services['connectwise']?.fields[field as keyof typeof tickets.fields])[0]]))
  })

  it('has every table with its history and services, every option, and every column of the exported file', () => {
    expect(rowsBelow('| table | history | services |').map(([name = '', history = '', services = '']) => [names(name)[0], /type \d/.exec(history)?.[0], names(services)])).toEqual(canonicalTables.map(({ name, history, services }) => [name, history.replace('_', ' '), Object.keys(services)]))
    for (const property of Object.keys(connectwiseOptions)) expect(page).toContain(`--${property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`)
    const paths = Object.values(tickets.services['export']?.fields ?? {}).flatMap((from) => pathsOf(from))
    const listed = page.slice(page.indexOf('The columns are `Ticket ID`')).split('\n')[0] ?? ''
    expect(new Set(names(listed))).toEqual(new Set(paths))
  })
})
