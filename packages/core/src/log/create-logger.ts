import { pino, stdTimeFunctions } from 'pino'
import type { LogLevel } from '../config/varve-config.js'
import type { LogFields, Logger } from './logger.js'
import { redact } from './redact.js'
import { redactFields } from './redact-fields.js'

/** Where log lines go, and how many of them. */
export interface LoggerOptions {
  /** @defaultValue 'info' */
  readonly level?: LogLevel | undefined
  /** Takes each line, as JSON with its line end. @defaultValue the standard error of the process */
  readonly destination?: { write(line: string): unknown } | undefined
}

/**
 * Makes a logger that writes a line of JSON for each entry: `level`, `time`, the fields, and the message as `msg`. Secrets are
 * hidden in all of it: values of class `Secret`, fields that are named like one, and what `redact` finds in texts.
 *
 * @example
 * ```ts
 * const log = createLogger({ level: 'warn' })
 * await runPipeline(crm, engine, { log })
 * ```
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const log = pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      // The fields come here as plain data: what the serialisers would look at is done.
      serializers: {},
    },
    options.destination ?? process.stderr,
  )
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: LogFields, message: string) => {
    if (log.isLevelEnabled(level)) log[level](redactFields(fields), redact(message))
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
