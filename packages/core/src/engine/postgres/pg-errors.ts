import { VarveError } from '../../error/varve-error.js'
import type { ErrorCode } from '../../error/error-codes.js'

interface ErrorClass {
  readonly code: ErrorCode
  readonly isRetryable: boolean
  /** What to do next. */
  readonly advice: string
}

const unreachable: ErrorClass = { code: 'V3001', isRetryable: true, advice: 'Check the host and the port, and that the server runs and accepts connections.' }
const conflict: ErrorClass = { code: 'V3005', isRetryable: true, advice: 'The work can be tried again as it is.' }
const value: ErrorClass = { code: 'V3007', isRetryable: false, advice: 'Check the value against the type of its column.' }
const missing: ErrorClass = { code: 'V3013', isRetryable: false, advice: 'Create it with "varve migrate", or check its name.' }
const statement: ErrorClass = { code: 'V3008', isRetryable: false, advice: 'If the statement is yours, correct it; otherwise please report it.' }

// Five characters are one state, two are a whole class of states; the exact state wins.
const bySqlState: Readonly<Record<string, ErrorClass>> = {
  '08': unreachable,
  '57P01': unreachable,
  '57P02': unreachable,
  '57P03': unreachable,
  '53300': unreachable,
  '28': { code: 'V3002', isRetryable: false, advice: 'Check the user and the password; they are read from the url or from the environment.' },
  '3D000': { code: 'V3001', isRetryable: false, advice: 'Check the name of the database at the end of the url, or create it.' },
  '42501': { code: 'V3003', isRetryable: false, advice: 'Grant the right to the user, or use another user.' },
  '25006': { code: 'V3003', isRetryable: false, advice: 'This server is read-only, as a standby is: use the primary.' },
  '53100': { code: 'V3004', isRetryable: false, advice: 'Free some space on the disk of the server and run it again: nothing was half-written.' },
  '53200': { code: 'V3009', isRetryable: true, advice: 'The server ran out of memory: try again, or give it more.' },
  '40': conflict,
  '55P03': conflict,
  '57014': { code: 'V5001', isRetryable: false, advice: 'The statement was cancelled.' },
  '23': { code: 'V3006', isRetryable: false, advice: 'Find the rows that break the constraint; a quality check before the load names them.' },
  // What a trigger or a function says with "raise exception" or "assert".
  P0001: { code: 'V3006', isRetryable: false, advice: 'A trigger or a function of the database refused it: look at what it asks for.' },
  P0004: { code: 'V3006', isRetryable: false, advice: 'A trigger or a function of the database refused it: look at what it asks for.' },
  '22': value,
  '42P01': missing,
  '3F000': missing,
  '42703': missing,
  '42': statement,
  '0A': statement,
  '58': { code: 'V3009', isRetryable: false, advice: 'Look into the log of the server.' },
  XX: { code: 'V3009', isRetryable: false, advice: 'Look into the log of the server.' },
}

const bySystemCode: Readonly<Record<string, ErrorClass>> = {
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EPIPE: unreachable,
  ENOSPC: { code: 'V3004', isRetryable: false, advice: 'Free some space on the disk and run it again.' },
  EACCES: { code: 'V3003', isRetryable: false, advice: 'Grant the right to the directory, or use another one.' },
}

/**
 * Classifies an error of the driver by its code, never by its text.
 *
 * @param where The engine's description, which holds no secret.
 */
export function pgError(error: unknown, where: string): VarveError {
  if (error instanceof VarveError) return error
  const { code, message, detail } = facts(error)
  const found = bySqlState[code] ?? bySystemCode[code] ?? bySqlState[code.slice(0, 2)] ?? connectionLost(error)
  const known = found ?? { code: 'V3009' as const, isRetryable: false, advice: 'Look at the cause of this error.' }
  const state = code === '' ? '' : ` (${code})`
  return new VarveError(known.code, `${where}: ${message}${detail ? ` ${detail}` : ''}${state}. ${known.advice}`.replaceAll(/\.\.(?=\s|$)/g, '.'), {
    cause: error,
    isRetryable: known.isRetryable,
    context: { sqlState: code },
  })
}

function facts(error: unknown): { code: string; message: string; detail: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return facts(error.errors[0])
  const bag = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>
  return {
    code: typeof bag['code'] === 'string' ? bag['code'] : '',
    message: typeof bag['message'] === 'string' ? bag['message'] : String(error),
    detail: typeof bag['detail'] === 'string' ? bag['detail'] : '',
  }
}

// The driver reports a dropped connection without a code; only its class of message remains. It is the one place where
// no code exists to look at.
function connectionLost(error: unknown): ErrorClass | undefined {
  return error instanceof Error && /^Connection terminated|^Client has encountered a connection error|timeout exceeded when trying to connect/.test(error.message) ? unreachable : undefined
}
