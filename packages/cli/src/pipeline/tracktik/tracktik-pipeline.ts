import { pipeline, step, type Pipeline } from '@varve/core'
import type { TracktikSource } from './source-reading.js'
import { TracktikBatch } from './tracktik-batch.js'
import { tracktikChoices, tracktikOptions } from './tracktik-choices.js'

/**
 * The pipeline `tracktik`: shifts, billing periods, and the dimensions around them, into the schema `tracktik`.
 *
 * @example
 * ```ts
 * const result = await runPipeline(tracktikPipeline({ environment: process.env }).withOptions({ period: '2025_05' }), engine)
 * ```
 */
export function tracktikPipeline(source: TracktikSource): Pipeline & Required<Pick<Pipeline, 'withOptions'>> {
  return pipeline('tracktik', {
    options: tracktikOptions,
    steps: (chosen) => [step('load', new TracktikBatch(tracktikChoices(chosen, source.environment['TRACKTIK_HISTORY_FROM']?.trim() || undefined), source))],
  })
}
