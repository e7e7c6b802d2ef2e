/** Where text is written to: a stream of the process, or what a test puts in its place. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  /** Whether it is worth writing to; not once whoever read it has gone. */
  readonly writable?: boolean | undefined
  once?(event: 'drain' | 'close', listener: () => void): unknown
  off?(event: 'drain' | 'close', listener: () => void): unknown
}

/** The surroundings in which the command runs: those of the process, or what a test puts in their place. */
export interface Host {
  /** For results only. */
  readonly stdout: Output
  /** For everything else: progress, logs, errors. */
  readonly stderr: Output
  /** Rows, where a command is told to read them from there. */
  readonly stdin?: AsyncIterable<Uint8Array | string> | undefined
  /** The variables of `.env` are added to it. */
  readonly environment: Record<string, string | undefined>
  readonly directory: string
  /** Aborted when the command is to end. */
  readonly signal: AbortSignal
}
