/** How the small configuration of the tests differs from its plainest form. */
export interface CrmVariant {
  /** What the source answers, as an expression. */
  readonly rows?: string
  /** The columns of the table, as an expression. */
  readonly columns?: string
  /** More of the configuration. */
  readonly more?: string
}

/** A configuration with a table, a pipeline of two steps and checks, as a project would have it. */
export function crmConfig({ rows = `[{ id: 1, name: 'Ada' }, { id: 2, name: 'Grace' }, { id: null, name: 'Nobody' }]`, columns = '{ id: t.integer().notNull(), name: t.text(30) }', more = '' }: CrmVariant = {}): string {
  return `
import { acceptedValues, alignTable, defineConfig, etlBatch, notNull, pipeline, range, step, t, table, upsertRows, VarveError } from '@varve/core'

const people = table('crm.people', ${columns}, { primaryKey: ['id'] })

const loadPeople = etlBatch({
  pipeline: 'crm',
  checks: [notNull(people, 'name')],
  extract: (context) => context.stage(people, ${rows}),
  load: async ({ engine, transaction, step, setWatermark }, staged) => {
    await alignTable(transaction, people.spec)
    await step('people', 'crm.people', async () => {
      await setWatermark('api', '2025-03-31')
      return { read: staged.read, rejected: staged.rejected, ...(await upsertRows(engine, transaction, people, staged, ['id'])) }
    })
  },
})

export default defineConfig({
  tables: [people],
  pipelines: [
    pipeline('crm', { steps: [step('people', loadPeople), step('report', () => ({ note: 'sent' }), { after: ['people'] })] }),
  ],
  checks: [range(people, 'id', { min: 1 }, { severity: 'warn' })],
  ${more}
})
`
}
