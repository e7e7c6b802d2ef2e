import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { definitionJsonSchema } from './definition-schema.js'
import { parseDefinition } from './parse-definition.js'

it('the schema that is published with the package is that of the definitions that are read', () => {
  const published = JSON.parse(readFileSync(new URL('../../schema/dimension.schema.json', import.meta.url), 'utf8')) as unknown
  expect(published).toEqual(JSON.parse(JSON.stringify(definitionJsonSchema())))
})

it('a definition may name its schema', () => {
  expect(parseDefinition({ $schema: './node_modules/@varve/scd2/schema/dimension.schema.json', table: 'dim_site', columns: { id: 'integer' }, key: ['id'] }).table.name).toBe('dim_site')
})
