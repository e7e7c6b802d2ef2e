/// <reference path="./cli-progress.d.ts" />
import { MultiBar, type Bar } from 'cli-progress'
import type { Colors } from './colors.js'
import { countText, durationText } from './numbers.js'
import type { Watcher } from './progress.js'
import type { Screen } from './screen.js'

/** How a step stands. */
export interface StepState {
  step: string
  status: 'running' | 'done' | 'failed' | 'not started'
  startedMs: number
  durationMs: number | undefined
  /** What it reads at the moment, and since when. */
  label: string
  labelStartedMs: number
  rows: number
  total: number | undefined
  because: string
}

const barWidth = 24
const framesPerSecond = 10

/** Draws a bar for each step of a run at the bottom of the terminal. */
export function progressBars(screen: Screen, colors: Colors): Watcher {
  const bars = new MultiBar<StepState>({
    stream: screen.output,
    format: (_options, _parameters, state) => stepLine(state, colors, performance.now()),
    fps: framesPerSecond,
    linewrap: true,
    forceRedraw: true,
  })
  const steps = new Map<string, Bar<StepState>>()
  screen.draw({
    above: (text) => {
      if (steps.size === 0) return void screen.output.write(text)
      bars.log(text)
      // What waits for the next redraw would be lost if there is none.
      bars.update()
    },
    stop: () => bars.stop(),
  })
  const labels = new Map<string, string>()
  let drawnMs = 0
  const barOf = (step: string): Bar<StepState> => {
    const found = steps.get(step) ?? bars.create(1, 0, { step, status: 'running', startedMs: performance.now(), durationMs: undefined, label: '', labelStartedMs: 0, rows: 0, total: undefined, because: '' })
    steps.set(step, found)
    return found
  }
  return (event) => {
    const bar = barOf(event.step)
    if (event.kind === 'rows') {
      if (labels.get(event.step) !== event.label) bar.update({ label: event.label, labelStartedMs: performance.now() })
      labels.set(event.step, event.label)
      bar.update({ rows: event.rowsRead, total: event.total })
    } else if (event.kind === 'step-done') bar.update({ status: 'done', durationMs: event.durationMs })
    else if (event.kind === 'step-failed') bar.update({ status: 'failed', durationMs: event.durationMs })
    else if (event.kind === 'step-skipped') bar.update({ status: 'not started', because: event.because })
    // Not left to the timer of the bars alone: work that never lets go of the processor keeps it from its turn.
    if (performance.now() - drawnMs >= 1000 / framesPerSecond) {
      drawnMs = performance.now()
      bars.update()
    }
  }
}

/** A step as a line: what it does, how far it is, how fast it goes, and how long it will take where that can be told. */
export function stepLine(state: StepState, colors: Colors, nowMs: number): string {
  const elapsedMs = state.durationMs ?? nowMs - state.startedMs
  const mark = { running: colors.cyan('…'), done: colors.green('✔'), failed: colors.red('✘'), 'not started': colors.yellow('–') }[state.status]
  const readingMs = state.startedMs + elapsedMs - state.labelStartedMs
  const rate = state.rows > 0 && readingMs > 0 ? (state.rows * 1000) / readingMs : 0
  const parts: string[] = []
  if (state.status === 'not started') parts.push(state.because)
  if (state.status === 'running' && state.total !== undefined) parts.push(barText(state.rows / Math.max(state.total, 1)))
  if (state.label !== '') parts.push(state.label)
  if (state.rows > 0) parts.push(`${countText(state.rows)}${state.status === 'running' && state.total !== undefined ? ` of ${countText(state.total)}` : ''} rows`, `${countText(rate)}/s`)
  if (state.status === 'running' && state.total !== undefined && rate > 0) parts.push(`${durationText((Math.max(state.total - state.rows, 0) / rate) * 1000)} left`)
  else if (state.status !== 'not started') parts.push(durationText(elapsedMs))
  return `  ${mark} ${state.step}  ${parts.join('  ')}`
}

function barText(share: number): string {
  const full = Math.round(Math.min(Math.max(share, 0), 1) * barWidth)
  return `[${'='.repeat(full)}${' '.repeat(barWidth - full)}]`
}
