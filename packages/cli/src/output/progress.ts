import type { Logger, PipelineEvent } from '@varve/core'
import type { Session } from '../session.js'

/** Told of what happens in a run. */
export type Watcher = (event: PipelineEvent) => void

const lineEveryMs = 5000

/** Shows how a run goes: bars on a terminal, a log line every few seconds elsewhere, and nothing with --json or --quiet. */
export async function showProgress({ globals, screen, log, printer }: Session): Promise<Watcher | undefined> {
  if (globals.json || globals.quiet) return undefined
  if (screen.output.isTTY !== true) return progressLines(log)
  const { progressBars } = await import('./progress-bars.js')
  return progressBars(screen, printer.errorColors)
}

/** Lines instead of bars: whoever reads them later wants to know how fast it went, not each thousand rows. */
export function progressLines(log: Logger, everyMs = lineEveryMs, now: () => number = () => performance.now()): Watcher {
  const told = new Map<string, { readonly atMs: number; readonly rows: number }>()
  return (event) => {
    if (event.kind !== 'rows') return
    const key = JSON.stringify([event.step, event.label])
    const last = told.get(key) ?? { atMs: now(), rows: 0 }
    const elapsedMs = now() - last.atMs
    if (!told.has(key)) told.set(key, last)
    if (elapsedMs < everyMs) return
    const rowsPerSecond = Math.round(((event.rowsRead - last.rows) * 1000) / elapsedMs)
    const left = event.total === undefined || rowsPerSecond === 0 ? {} : { total: event.total, secondsLeft: Math.round((event.total - event.rowsRead) / rowsPerSecond) }
    log.info({ pipelineStep: event.step, table: event.label, rows: event.rowsRead, rowsPerSecond, ...left }, 'reading')
    told.set(key, { atMs: now(), rows: event.rowsRead })
  }
}
