import { VarveError, type PipelineValues } from '@varve/core'
import { billingPeriodById, billingPeriodOf, firstFiscalYear, lastFiscalYear } from './calendar/billing-period.js'

/** The options of the pipeline, as on the command line. */
export const tracktikOptions = {
  period: { value: 'period', description: 'this billing period, such as 2025_05, whole' },
  from: { value: 'date', description: 'shifts from this day on' },
  to: { value: 'date', description: 'shifts up to this day' },
  full: { description: 'everything again, from TRACKTIK_HISTORY_FROM on' },
  customerRegion: { value: 'customId', description: 'only the shifts of this region and its sub-regions: one large customer' },
} as const

/** What was chosen for a run. */
export interface TracktikChoices {
  readonly period?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly full: boolean
  readonly customerRegion?: string | undefined
  /** The first day that a first or a full load reads. */
  readonly historyFrom?: string | undefined
}

/**
 * What was chosen, once it is known to make sense.
 *
 * @throws VarveError V1006 with what is wrong.
 */
export function tracktikChoices(values: PipelineValues<typeof tracktikOptions>, historyFrom: string | undefined): TracktikChoices {
  const { period, from, to, full = false, customerRegion } = values
  const wrong = [
    ...(period !== undefined && !billingPeriodById(period) ? [`--period is "${period}", which is no billing period: write one from ${firstFiscalYear}_01 on, such as 2025_05; a year has 26, at times 27`] : []),
    ...[['--from', from] as const, ['--to', to] as const, ['TRACKTIK_HISTORY_FROM', historyFrom] as const].flatMap(([name, date]) => dateProblem(name, date)),
    ...(from !== undefined && to !== undefined && from > to ? [`--from ${from} is after --to ${to}`] : []),
    ...(period !== undefined && (from !== undefined || to !== undefined) ? ['--period and --from or --to cannot be chosen together'] : []),
    ...(full && (period !== undefined || from !== undefined || to !== undefined) ? ['--full is everything: leave out --period, --from and --to'] : []),
    ...(customerRegion?.trim() === '' ? ['--customer-region is empty'] : []),
  ]
  if (wrong.length > 0) throw new VarveError('V1006', `${wrong.join('; ')}.`, { context: { wrong } })
  return { period, from, to, full, customerRegion, historyFrom }
}

function dateProblem(name: string, date: string | undefined): string[] {
  if (date === undefined) return []
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date)) && new Date(date).toISOString().startsWith(date)
  if (!isDate) return [`${name} is "${date}", which is no date: write one such as 2025-03-01`]
  return billingPeriodOf(date) ? [] : [`${name} is ${date}, which lies in no billing period: there are those of the years ${firstFiscalYear} to ${lastFiscalYear}`]
}
