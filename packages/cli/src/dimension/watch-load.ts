import { showProgress } from '../output/progress.js'
import type { Session } from '../session.js'

/** Shows how far rows are read; `done` when there is nothing more to show. */
export async function watchLoad(session: Session, step: string): Promise<{ readonly progress: (label: string, rowsRead: number) => void; readonly done: () => void }> {
  const startedMs = performance.now()
  const watch = await showProgress(session)
  watch?.({ kind: 'step-started', step })
  return {
    progress: (label, rowsRead) => watch?.({ kind: 'rows', step, label, rowsRead }),
    done: () => {
      watch?.({ kind: 'step-done', step, outcome: undefined, durationMs: performance.now() - startedMs })
      session.screen.stop()
    },
  }
}
