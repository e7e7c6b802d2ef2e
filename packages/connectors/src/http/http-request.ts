import { redact, VarveError } from '@varve/core'
import { reveal, type SecretText } from './secret-text.js'

/**
 * What is asked of a source. Connectors only read, so every request may be sent again.
 *
 * @example
 * ```ts
 * const request: HttpRequest = { path: '/shifts', query: { limit: 1000, 'startsOn:between': '2025-03-01|2025-03-08' } }
 * ```
 */
export interface HttpRequest {
  /** @defaultValue 'GET' */
  readonly method?: 'GET' | 'POST' | undefined
  /** Under the base url; or a whole url of the same origin, as the link to a next page is. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** A body of form fields. */
  readonly form?: Readonly<Record<string, SecretText>> | undefined
  /** A body of JSON. */
  readonly json?: unknown
  /** How long the whole exchange may take, the body included. @defaultValue that of the client */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Asks for so little that it cannot ask for less: when it is too much for the source all the same, it is sent again. */
  readonly isSmall?: boolean | undefined
}

const secretName = /token|secret|passw|pwd|^api[-_]?key$|^key$|^sig(nature)?$|^code$/i

/** The whole address. @throws VarveError `V3010` for an address that is not of the base's origin: credentials go nowhere else. */
export function requestUrl(baseUrl: string, request: HttpRequest, source: string): URL {
  const base = new URL(baseUrl)
  const url = /^https?:\/\//i.test(request.path) ? new URL(request.path) : new URL(baseUrl.replace(/\/+$/, '') + request.path)
  if (url.origin !== base.origin) throw new VarveError('V3010', `${source} gave a link to ${url.origin}, which is not ${base.origin}. Credentials are not sent to another host; nothing was read from it.`)
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

/** Method, path and query as they may be shown: without host and without anything that looks like a secret. */
export function shownRequest(request: HttpRequest, url: URL): string {
  const query = [...url.searchParams].map(([name, value]) => `${name}=${secretName.test(name) ? '[secret]' : value}`).join('&')
  return redact(`${request.method ?? 'GET'} ${url.pathname}${query === '' ? '' : `?${query}`}`)
}

/** The request as `fetch` takes it. */
export function fetchOptions(request: HttpRequest, headers: Readonly<Record<string, string>>, signal: AbortSignal): RequestInit {
  const body = request.form
    ? { body: new URLSearchParams(Object.entries(request.form).map(([name, value]): [string, string] => [name, reveal(value)])).toString(), type: 'application/x-www-form-urlencoded' }
    : request.json === undefined
      ? undefined
      : { body: JSON.stringify(request.json), type: 'application/json' }
  return {
    method: request.method ?? 'GET',
    headers: { accept: 'application/json', ...(body && { 'content-type': body.type }), ...headers, ...request.headers },
    ...(body && { body: body.body }),
    // A redirect is answered as a failure: a source that moved should be noticed, and credentials follow no redirect.
    redirect: 'manual',
    signal,
  }
}
