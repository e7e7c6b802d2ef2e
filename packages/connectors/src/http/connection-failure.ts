import type { FailureKind } from './source-failure.js'

/** What fetch and sockets report when the way to the source is at fault and may be better in a moment. */
const passing = new Set(['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_CLOSED'])
const timeouts = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

/** The kind and the code of what fetch threw: by code, never by text. Undefined for what no retry mends, such as a wrong certificate. */
export function connectionFailure(error: unknown, hasBegun: boolean): { readonly kind: FailureKind; readonly code: string } | undefined {
  const code = codeOf(error)
  if (timeouts.has(code)) return { kind: 'timeout', code }
  if (hasBegun) return { kind: 'truncated', code } // an answer that began and did not end, whatever ended it
  return passing.has(code) || code.startsWith('HPE_') ? { kind: 'connection', code } : undefined
}

/** The code that is nearest to the root: fetch wraps what really happened. */
export function codeOf(error: unknown): string {
  let code = ''
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const own = (at as NodeJS.ErrnoException).code
    if (typeof own === 'string') code = own
  }
  return code
}
