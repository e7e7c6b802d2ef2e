import { OtcClient, otcSettings, type Clock } from '@varve/connectors'
import { pipeline, step, type Environment, type Pipeline, type StepContext } from '@varve/core'
import { otcChoices, otcOptions } from './otc-choices.js'
import { otcName, ViewBatch } from './view-batch.js'

/** Where the service desk is. */
export interface OtcSource {
  /** The variables that name it and hold its credentials; see `otcSettings`. */
  readonly environment: Environment
  /** @defaultValue the machine's */
  readonly clock?: Clock | undefined
}

/**
 * The pipeline `otc`: tickets, timesheets and comments of a service desk into the schema `servicedesk`. Each view is a batch of its own, one after the other,
 * so one that fails takes nothing from the others.
 *
 * @example
 * ```ts
 * const result = await runPipeline(otcPipeline({ environment: process.env }).withOptions({ view: 'tickets' }), engine)
 * ```
 * @throws VarveError V1002 that names every variable that is missing or wrong.
 */
export function otcPipeline(source: OtcSource): Pipeline & Required<Pick<Pipeline, 'withOptions'>> {
  const settings = otcSettings(source.environment)
  const zone = settings.timeZone
  const desk = new URL(settings.url).host
  // One client for a run, since it is the client that keeps to the pace; the signal tells one run from another.
  const clients = new WeakMap<AbortSignal, OtcClient>()
  const clientOf = ({ signal, log }: StepContext) => {
    const client = clients.get(signal) ?? new OtcClient(settings, { signal, log, clock: source.clock })
    clients.set(signal, client)
    return client
  }
  return pipeline(otcName, {
    options: otcOptions,
    concurrency: 1,
    steps: (chosen) => {
      const { views, since } = otcChoices(chosen)
      return views.map((view) => step(view, (context) => new ViewBatch({ view, type: view, rows: () => clientOf(context).rows(view), zone, since, metadata: { desk } }).run(context.engine, context), { heedsDryRun: true }))
    },
  })
}
