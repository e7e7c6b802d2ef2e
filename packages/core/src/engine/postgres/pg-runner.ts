/** The few things that the session needs of a driver; the server and the embedded engine each have theirs. */
export interface PgRunner {
  /** One statement with its parameters. */
  run(text: string, values: readonly unknown[]): Promise<{ rows: Record<string, unknown>[]; rowCount: number }>
  /** `COPY … FROM STDIN`: one statement for all chunks. Answers how many rows went in. */
  copyIn(target: string, options: string, chunks: AsyncIterable<Buffer>): Promise<number>
}

/** The same, but no further statement begins once the signal is aborted. */
export function untilAborted(runner: PgRunner, signal: AbortSignal | undefined): PgRunner {
  if (!signal) return runner
  return {
    run: (text, values) => {
      signal.throwIfAborted()
      return runner.run(text, values)
    },
    copyIn: (target, options, chunks) => {
      signal.throwIfAborted()
      return runner.copyIn(target, options, chunks)
    },
  }
}
