const hidden = '[secret]'

const patterns: readonly [RegExp, string][] = [
  // user:password@host in any url
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, `$1:${hidden}@`],
  [/\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}/gi, `$1 ${hidden}`],
  [/\b(password|passwd|pwd|secret|client_secret|access_token|refresh_token|api[-_]?key|token)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi, `$1$2${hidden}`],
]

/**
 * Hides what looks like a credential in a text that is about to be shown or kept: passwords in urls, bearer and basic tokens, and
 * values named password, secret, token or key.
 *
 * @example
 * ```ts
 * redact('postgres://ada:lovelace@host/db') // 'postgres://ada:[secret]@host/db'
 * ```
 */
export function redact(text: string): string {
  return patterns.reduce((shown, [pattern, replacement]) => shown.replace(pattern, replacement), text)
}
