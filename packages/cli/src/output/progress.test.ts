import picocolors from 'picocolors'
import { describe, expect, it } from 'vitest'
import { stepLine, type StepState } from './progress-bars.js'
import { progressLines } from './progress.js'

describe('progress in lines', () => {
  /** The lines that are written while rows are read at these times. */
  function lines(events: readonly { readonly atMs: number; readonly rowsRead: number; readonly label?: string; readonly total?: number }[]): unknown[] {
    const written: unknown[] = []
    let nowMs = 0
    const log = { debug: () => undefined, warn: () => undefined, error: () => undefined, info: (fields: object, message: string) => void written.push({ ...fields, message }) }
    const watch = progressLines(log, 5000, () => nowMs)
    for (const { atMs, label = 'crm.people', ...event } of events) {
      nowMs = atMs
      watch({ kind: 'rows', step: 'people', label, ...event })
    }
    return written
  }

  it('comes at intervals, with the rate since the last line', () => {
    expect(lines([{ atMs: 0, rowsRead: 500 }, { atMs: 4999, rowsRead: 9_000 }, { atMs: 5000, rowsRead: 10_000 }, { atMs: 9000, rowsRead: 11_000 }, { atMs: 15_000, rowsRead: 15_000 }])).toEqual([
      { pipelineStep: 'people', table: 'crm.people', rows: 10_000, rowsPerSecond: 2000, message: 'reading' },
      { pipelineStep: 'people', table: 'crm.people', rows: 15_000, rowsPerSecond: 500, message: 'reading' },
    ])
  })

  it('tells the time left where the total is known', () => {
    expect(lines([{ atMs: 0, rowsRead: 0, total: 40_000 }, { atMs: 5000, rowsRead: 10_000, total: 40_000 }])).toEqual([{ pipelineStep: 'people', table: 'crm.people', rows: 10_000, rowsPerSecond: 2000, total: 40_000, secondsLeft: 15, message: 'reading' }])
  })

  it('is told for each table by itself', () => {
    expect(lines([{ atMs: 0, rowsRead: 1 }, { atMs: 4000, rowsRead: 1, label: 'crm.sites' }, { atMs: 5000, rowsRead: 5000 }, { atMs: 8000, rowsRead: 5000, label: 'crm.sites' }])).toHaveLength(1)
  })
})

describe('progress on a terminal', () => {
  const plain = picocolors.createColors(false)
  const running: StepState = { step: 'people', status: 'running', startedMs: 1000, durationMs: undefined, label: '', labelStartedMs: 0, rows: 0, total: undefined, because: '' }
  it.each<[string, Partial<StepState>, string]>([
    ['has begun', {}, '  … people  10 s'],
    ['reads', { label: 'crm.people', labelStartedMs: 6000, rows: 10_000 }, '  … people  crm.people  10,000 rows  2,000/s  10 s'],
    ['reads, with a known end', { label: 'crm.people', labelStartedMs: 6000, rows: 10_000, total: 40_000 }, '  … people  [======                  ]  crm.people  10,000 of 40,000 rows  2,000/s  15 s left'],
    ['has read more than was said', { label: 'crm.people', labelStartedMs: 6000, rows: 10_000, total: 5000 }, '  … people  [========================]  crm.people  10,000 of 5,000 rows  2,000/s  0.0 s left'],
    ['is done', { status: 'done', durationMs: 65_000, label: 'crm.people', labelStartedMs: 1000, rows: 1_300_000, total: 1_300_000 }, '  ✔ people  crm.people  1,300,000 rows  20,000/s  1 min 5 s'],
    ['failed', { status: 'failed', durationMs: 400 }, '  ✘ people  0.4 s'],
    ['was not started', { status: 'not started', because: 'it comes after "sites", which failed' }, '  – people  it comes after "sites", which failed'],
  ])('a step that %s has its line', (_title, state, line) => {
    expect(stepLine({ ...running, ...state }, plain, 11_000)).toBe(line)
  })
})
