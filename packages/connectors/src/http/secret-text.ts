import { Secret } from '@varve/core'

/**
 * A text that must not be shown. A plain string is taken as well; it is made a `Secret` at once.
 *
 * @example
 * ```ts
 * const password: SecretText = secretFromEnv('CRM_PASSWORD')
 * ```
 */
export type SecretText = string | Secret

/** As a secret, which hides itself in whatever is shown. */
export function asSecret(text: SecretText): Secret {
  return typeof text === 'string' ? new Secret(text) : text
}

/** The text itself; call it where it is put into a request, and nowhere before. */
export function reveal(secret: SecretText): string {
  return typeof secret === 'string' ? secret : secret.reveal()
}
