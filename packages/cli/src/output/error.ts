import { CommanderError } from 'commander'
import { CommandFailure } from '../command-failure.js'
import type { Core } from '../core.js'
import type { Globals } from '../globals.js'
import type { Host } from '../host.js'
import { colorsFor } from './colors.js'
import { jsonText } from './json.js'

/** An error as it is shown. */
interface ShownError {
  readonly code: string
  readonly message: string
  readonly exitCode: number
  readonly isRetryable: boolean
  readonly context: Readonly<Record<string, unknown>>
}

/** Prints an error, redacted, and answers the exit code that it stands for. */
export async function printError(host: Host, globals: Globals, thrown: unknown): Promise<number> {
  const core = await import('@varve/core')
  const error = thrown instanceof CommandFailure ? thrown.cause : thrown
  const isInterruption = error instanceof Error && 'code' in error && error.code === 'V5001'
  const shown = shownError(core, host.signal.aborted && !isInterruption ? core.asInterruption(host.signal.reason) : error)
  const isDebug = (globals.logLevel ?? host.environment['LOG_LEVEL'])?.toLowerCase() === 'debug'
  const trace = isDebug ? traceOf(core, error) : undefined
  if (globals.json) {
    host.stdout.write(jsonText({ error: { ...shown, context: core.redactFields(shown.context), ...(trace === undefined ? {} : { trace }) }, ...(thrown instanceof CommandFailure ? thrown.report : {}) }, core.redact))
  } else {
    const colors = colorsFor(host.stderr, host, globals)
    host.stderr.write(`${colors.red('Error')} ${colors.dim(shown.code)} ${core.redact(shown.message)}\n${trace === undefined ? '' : `\n${colors.dim(trace)}\n`}`)
  }
  return shown.exitCode
}

function shownError(core: Core, error: unknown): ShownError {
  if (error instanceof CommanderError) return { code: 'V1006', message: usageText(error.message), exitCode: core.errorCodes.V1006.exit, isRetryable: false, context: {} }
  // By its shape: an error may come from another copy of the library, of the configuration or a plug-in.
  if (error instanceof Error && error.name === 'VarveError' && 'code' in error && 'exitCode' in error) {
    const { code, message, exitCode, isRetryable, context } = error as InstanceType<Core['VarveError']>
    return { code, message: message.replace(/^\[V\d+\] /, ''), exitCode, isRetryable, context }
  }
  const message = `Internal error: ${core.errorMessage(error)}. Please report it with the steps that led here; LOG_LEVEL=debug shows where it came from.`
  return { code: 'V9001', message, exitCode: core.errorCodes.V9001.exit, isRetryable: false, context: {} }
}

/** The words of the parser of the command line as a sentence: its own begin with "error:" and hold the suggestion in brackets. */
function usageText(message: string): string {
  const [what = '', suggestion, ...list] = message.replace(/^error: /, '').split('\n')
  const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1)}`.replace(/\.?$/, '.')
  return suggestion === undefined ? sentence : [`${sentence} ${suggestion.replace(/^\(|\)$/g, '')}`, ...list].join('\n')
}

function traceOf(core: Core, error: unknown, seen: readonly unknown[] = []): string {
  if (!(error instanceof Error) || seen.includes(error)) return ''
  const causes = [error.cause, ...(error instanceof AggregateError ? (error.errors as unknown[]) : [])].filter((cause) => cause instanceof Error)
  return [core.redact(error.stack ?? error.message), ...causes.map((cause) => `caused by ${traceOf(core, cause, [...seen, error])}`)].join('\n')
}
