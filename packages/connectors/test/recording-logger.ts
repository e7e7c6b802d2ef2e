import type { LogFields, Logger } from '@varve/core'

/** A logger that keeps its lines. */
export class RecordingLogger implements Logger {
  readonly lines: { readonly level: string; readonly fields: LogFields; readonly message: string }[] = []
  debug = (fields: LogFields, message: string): void => void this.lines.push({ level: 'debug', fields, message })
  info = (fields: LogFields, message: string): void => void this.lines.push({ level: 'info', fields, message })
  warn = (fields: LogFields, message: string): void => void this.lines.push({ level: 'warn', fields, message })
  error = (fields: LogFields, message: string): void => void this.lines.push({ level: 'error', fields, message })
}
