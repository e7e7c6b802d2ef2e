import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { describe, expectTypeOf, it } from 'vitest'
import { constant, from, mapping, mappingOf, t, table, type FieldMapping, type FieldMappings, type Mapping, type MappingProblem } from '../src/index.js'
import type { RowMapping } from '../src/stage/stage-rows.js'

const tickets = table('desk.tickets', {
  ticketId: t.integer().notNull(),
  status: t.text(),
  source: t.text().notNull().default('desk'),
})

describe('a mapping to a declared table', () => {
  type Fields = FieldMappings<typeof tickets>

  it('must fill each column that may not be left out', () => {
    expectTypeOf<{ ticketId: FieldMapping }>().toExtend<Fields>()
    expectTypeOf<{ status: FieldMapping }>().not.toExtend<Fields>()
    // @ts-expect-error ticketId is not null and has no default
    mapping(tickets, { status: from('status') })
  })

  it('names columns of the table only', () => {
    expectTypeOf<keyof Fields>().toEqualTypeOf<'ticketId' | 'status' | 'source'>()
    // @ts-expect-error there is no column "statuss"
    mapping(tickets, { ticketId: from('id'), statuss: from('status') })
    // @ts-expect-error columns are named by property, not by their name in the database
    mapping(tickets, { ticket_id: from('id') })
  })

  it('takes field mappings only', () => {
    expectTypeOf<{ ticketId: string }>().not.toExtend<Fields>()
    // @ts-expect-error a path is written from('id')
    mapping(tickets, { ticketId: 'id' })
    // @ts-expect-error a column is left out, not mapped to nothing
    mapping(tickets, { ticketId: from('id'), status: undefined })
  })

  it('answers rows by property', () => {
    const ticketMapping = mapping(tickets, { ticketId: from('id') })
    expectTypeOf(ticketMapping).toEqualTypeOf<Mapping<'ticketId' | 'status' | 'source'>>()
    const { row, problems } = ticketMapping.apply({ id: 1 })
    expectTypeOf(row).toEqualTypeOf<{ readonly ticketId?: unknown; readonly status?: unknown; readonly source?: unknown }>()
    expectTypeOf(problems).toEqualTypeOf<readonly MappingProblem[]>()
  })

  it('is what staging takes', () => {
    expectTypeOf(mapping(tickets, { ticketId: from('id') })).toExtend<RowMapping>()
    expectTypeOf(mappingOf(tickets.spec, { ticketId: from('id') })).toExtend<RowMapping>()
  })
})

describe('a mapping to a table of drizzle', () => {
  const sites = pgTable('sites', { siteId: integer('site_id').primaryKey(), name: text().notNull().default('?'), city: text() })

  it('is typed as one to a declared table', () => {
    expectTypeOf(mapping(sites, { siteId: from('id'), city: constant('Riyadh') })).toEqualTypeOf<Mapping<'siteId' | 'name' | 'city'>>()
    // @ts-expect-error siteId is not null and has no default
    mapping(sites, { city: from('city') })
    // @ts-expect-error there is no column "town"
    mapping(sites, { siteId: from('id'), town: from('town') })
  })
})

describe('a field mapping', () => {
  it('needs a path', () => {
    expectTypeOf(from).parameters.toEqualTypeOf<[path: string, ...alternatives: readonly string[]]>()
  })

  it('needs a zone to read local times', () => {
    type Options = Parameters<FieldMapping['dayFirst']>[0]
    expectTypeOf<{ as: 'date' }>().not.toExtend<Options>()
    expectTypeOf<{ zone: string; clockChange: 'reject'; as: 'date' }>().toExtend<Options>()
    expectTypeOf<{ zone: string; clockChange: 'later' }>().not.toExtend<Options>()
  })

  it('gives rules a known severity', () => {
    type Options = NonNullable<Parameters<FieldMapping['required']>[0]>
    expectTypeOf<Options['severity']>().toEqualTypeOf<'info' | 'warn' | 'error' | undefined>()
  })
})
