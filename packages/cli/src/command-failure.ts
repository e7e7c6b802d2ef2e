/** An error of a command that has more to report than the error itself; with --json it is printed beside it. */
export class CommandFailure extends Error {
  constructor(
    override readonly cause: Error,
    readonly report: object,
  ) {
    super(cause.message, { cause })
  }
}
