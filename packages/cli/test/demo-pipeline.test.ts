import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { runPipeline } from '@varve/core'
import { describeEngines } from '../../../test-support/engines.ts'
import { demoPipeline } from '../src/pipeline/demo/demo-pipeline.ts'

describeEngines('the demo', (context) => {
  const run = async () => {
    const result = await runPipeline(demoPipeline(1000), context.engine)
    expect(result.status).toBe('done')
    const [step] = result.steps
    return step?.status === 'done' && step.outcome && 'steps' in step.outcome ? step.outcome.steps[0]?.counts : undefined
  }

  it('loads what can be read, sets the rest aside, and finds nothing to do the second time', async () => {
    expect(await run()).toMatchObject({ read: 1000, rejected: 5, new: 995, changed: 0, unchanged: 0 })
    expect(await run()).toMatchObject({ read: 1000, rejected: 5, new: 0, changed: 0, unchanged: 995 })
    const { rows } = await context.engine.query(sql`select ticket_id, summary, status, opened_at, hours, billable, city, source from helpdesk.tickets where ticket_id in (1, 2) order by ticket_id`)
    expect(rows).toEqual([
      { ticket_id: 1, summary: 'screen flickers #1', status: 'new', opened_at: '2025-02-17T15:01:00Z', hours: '6.25', billable: true, city: 'Porto', source: 'demo' },
      { ticket_id: 2, summary: 'new badge #2', status: 'closed', opened_at: '2025-03-04T06:02:00Z', hours: '3.50', billable: true, city: 'Turku', source: 'demo' },
    ])
    const issues = await context.engine.query(sql`select column_name, count(*) as rows from varve.data_quality_issues where check_name = 'quarantine' group by column_name order by column_name`)
    expect(issues.rows).toEqual([{ column_name: 'hours', rows: 4n }, { column_name: 'opened_at', rows: 4n }, { column_name: 'ticket_id', rows: 2n }])
  })
})
