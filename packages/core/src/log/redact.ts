/** What stands in the place of a secret. */
export const hiddenText = '[secret]'

// Shorter ones would hide half of every sentence.
const shortestKnown = 8
// The longest first, so that none that is part of another leaves the rest of it.
let known: readonly string[] = []

const patterns: readonly [RegExp, string][] = [
  // user:password@host in any url. A password that was not encoded may hold anything but a space, so all up to the last @ goes.
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@?#]*):\S+@/gi, `$1:${hiddenText}@`],
  [/\b(bearer|basic)\s+[^\s"',;]{8,}/gi, `$1 ${hiddenText}`],
  // name=value, name: value and "name": "value", also where the quotes are escaped or the text was cut off.
  [/((?:password|passwd|pwd|secret|token|api[-_]?key|authorization|credentials?)(?:\\*["'])?\s*[=:]\s*)(?:(\\*["'])(?:(?!\2)[^])*(?:\2|$)|[^\s"'\\&,;)}]+)/gi, `$1$2${hiddenText}$2`],
]

/**
 * Hides what looks like a credential in a text that is about to be shown or kept: passwords in urls, bearer and basic tokens,
 * values named password, secret, token or key, and the text of every `Secret`.
 *
 * @example
 * ```ts
 * redact('postgres://ada:lovelace@host/db') // 'postgres://ada:[secret]@host/db'
 * ```
 */
export function redact(text: string): string {
  return hideCredentials(known.reduce((hidden, secret) => hidden.replaceAll(secret, hiddenText), text))
}

/** Hides what looks like a credential by its form alone. */
export function hideCredentials(text: string): string {
  return patterns.reduce((hidden, [pattern, replacement]) => hidden.replace(pattern, replacement), text)
}

/** Has a text hidden wherever it turns up from now on, as it is and as it stands in urls. */
export function rememberSecret(text: string): void {
  const forms = [text, encodeURIComponent(text.toWellFormed())].filter((form) => form.length >= shortestKnown)
  known = [...new Set([...known, ...forms])].toSorted((a, b) => b.length - a.length)
}
