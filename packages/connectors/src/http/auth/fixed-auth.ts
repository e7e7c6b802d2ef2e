import { asSecret, type SecretText } from '../secret-text.js'
import type { Auth } from './auth.js'

/**
 * A bearer token that somebody else got.
 *
 * @example
 * ```ts
 * const http = new HttpClient({ source: 'CRM', baseUrl: 'https://crm.example.test', auth: bearerAuth(token) })
 * ```
 */
export function bearerAuth(token: SecretText): Auth {
  const secret = asSecret(token)
  return headerAuth(() => ({ authorization: `Bearer ${secret.reveal()}` }))
}

/**
 * User name and password with every request, as RFC 7617 has them.
 *
 * @example
 * ```ts
 * const auth = basicAuth('acme+publicKey', privateKey)
 * ```
 */
export function basicAuth(user: string, password: SecretText): Auth {
  const secret = asSecret(password)
  return headerAuth(() => ({ authorization: `Basic ${Buffer.from(`${user}:${secret.reveal()}`).toString('base64')}` }))
}

/**
 * A key in a header of the source's own.
 *
 * @example
 * ```ts
 * const auth = apiKeyAuth('x-api-key', key)
 * ```
 */
export function apiKeyAuth(header: string, key: SecretText): Auth {
  const secret = asSecret(key)
  return headerAuth(() => ({ [header]: secret.reveal() }))
}

function headerAuth(headers: () => Readonly<Record<string, string>>): Auth {
  return { credential: () => Promise.resolve({ headers: headers() }) }
}
