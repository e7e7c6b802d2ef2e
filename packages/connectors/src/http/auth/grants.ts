import type { Secret } from '@varve/core'
import { asSecret, type SecretText } from '../secret-text.js'

/** The form fields of a login, `grant_type` among them. */
export interface Grant {
  readonly fields: Readonly<Record<string, string | Secret>>
  /** Whether the same login can be done again: a code or a refresh token is good for one use. */
  readonly isRepeatable: boolean
  /** What tells this login from others of the same client, and is no secret. */
  readonly who: string
}

/**
 * Logs in as a user of the source.
 *
 * @example
 * ```ts
 * const grant = passwordGrant('etl@example.test', password)
 * ```
 */
export function passwordGrant(username: string, password: SecretText): Grant {
  return { fields: { grant_type: 'password', username, password: asSecret(password) }, isRepeatable: true, who: `password ${username}` }
}

/**
 * Logs in as the program itself.
 *
 * @example
 * ```ts
 * const grant = clientCredentialsGrant({ scope: 'data:read' })
 * ```
 */
export function clientCredentialsGrant(fields: { readonly scope?: string } = {}): Grant {
  return { fields: { grant_type: 'client_credentials', ...fields }, isRepeatable: true, who: `client_credentials ${fields.scope ?? ''}` }
}

/**
 * Starts from a refresh token that a person obtained once. It is used for the first login only; from then on the stored, rotated one is.
 *
 * @example
 * ```ts
 * const auth = oauth2Auth({ tokenPath: '/authentication/v2/token', clientId, grant: refreshTokenGrant('ada', token), store: new FileTokenStore('.varve/tokens') })
 * ```
 */
export function refreshTokenGrant(who: string, refreshToken: SecretText): Grant {
  return { fields: { grant_type: 'refresh_token', refresh_token: asSecret(refreshToken) }, isRepeatable: false, who: `refresh_token ${who}` }
}
