/** Facts of a log line; never a secret. */
export type LogFields = Readonly<Record<string, unknown>>

/** Where the library writes what it does: any logger with these four methods, such as one of pino. */
export interface Logger {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

const nothing = () => undefined

/** A logger that says nothing: the library's own choice, until it is given another. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }
