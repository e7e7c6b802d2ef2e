import type { Logger, LogFields } from './logger.js'

/** A logger whose lines all carry some fields; a line's own fields win. */
export function scopedLogger(log: Logger, scope: LogFields): Logger {
  return {
    debug: (fields, message) => log.debug({ ...scope, ...fields }, message),
    info: (fields, message) => log.info({ ...scope, ...fields }, message),
    warn: (fields, message) => log.warn({ ...scope, ...fields }, message),
    error: (fields, message) => log.error({ ...scope, ...fields }, message),
  }
}
