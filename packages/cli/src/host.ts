/** Where text is written to: a stream of the process, or what a test puts in its place. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/** The surroundings in which the command runs: those of the process, or what a test puts in their place. */
export interface Host {
  /** For results only. */
  readonly stdout: Output
  /** For everything else: progress, logs, errors. */
  readonly stderr: Output
  /** The variables of `.env` are added to it. */
  readonly environment: Record<string, string | undefined>
  readonly directory: string
  /** Aborted when the command is to end. */
  readonly signal: AbortSignal
}
