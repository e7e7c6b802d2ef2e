import { VarveError, valueReader, type PipelineValues } from '@varve/core'
import { viewNames, type ViewName } from './otc-view.js'

/** What a run can be told, as on the command line. */
export const otcOptions = {
  view: { value: 'view', positional: true, description: 'tickets, timesheets, comments, or all of them' },
  since: { value: 'date', description: 'only tickets modified, hours worked and comments written from this day on' },
} as const

/** What was chosen for a run. */
export interface OtcChoices {
  readonly views: readonly ViewName[]
  readonly since: string | undefined
}

/**
 * What was chosen, once it is known to make sense.
 *
 * @throws VarveError V1006 with what is wrong.
 */
export function otcChoices({ view = 'all', since }: PipelineValues<typeof otcOptions>): OtcChoices {
  const views = viewNames.filter((name) => view === 'all' || view === name)
  const wrong = [
    ...(views.length === 0 ? [`there is no view "${view}": write ${viewNames.join(', ')}, or all`] : []),
    ...(since !== undefined && (valueReader({ kind: 'date' })(since) !== since) ? [`--since is "${since}", which is no date: write one such as 2026-01-05`] : []),
  ]
  if (wrong.length > 0) throw new VarveError('V1006', `${wrong.join('; ')}.`, { context: { wrong } })
  return { views, since }
}
