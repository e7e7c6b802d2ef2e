import { requireEnvironment, secret, VarveError, type Environment } from '@varve/core'
import { z } from 'zod'
import type { SecretText } from '../http/secret-text.js'

/** Where a portal is, and who reads it. */
export interface TracktikSettings {
  /** The portal's own address, without a path. */
  readonly url: string
  readonly clientId: string
  readonly clientSecret: SecretText
  /** The user to log in as; without one, the client itself logs in. */
  readonly user?: { readonly name: string; readonly password: SecretText } | undefined
  /** @defaultValue '/rest/oauth2/access_token' */
  readonly tokenPath?: string | undefined
  /** Where tokens are kept between runs. @defaultValue nowhere: every run logs in */
  readonly tokenDirectory?: string | undefined
  /** @defaultValue 300 */
  readonly requestsPerMinute?: number | undefined
  /** @defaultValue 20 */
  readonly burst?: number | undefined
}

const wholeNumber = z.coerce.number<string>().int().positive().optional()

/**
 * Reads the settings from environment variables: `TRACKTIK_URL`, `TRACKTIK_CLIENT_ID`, `TRACKTIK_CLIENT_SECRET`, `TRACKTIK_USERNAME`, `TRACKTIK_PASSWORD`;
 * and where wanted `TRACKTIK_GRANT` (`password` or `client_credentials`), `TRACKTIK_TOKEN_PATH`, `TRACKTIK_TOKEN_DIR`, `TRACKTIK_REQUESTS_PER_MINUTE`, `TRACKTIK_BURST`.
 *
 * @throws VarveError `V1002` that names every missing or wrong variable at once, and shows no value of them.
 *
 * @example
 * ```ts
 * const client = new TracktikClient(tracktikSettings(process.env))
 * ```
 */
export function tracktikSettings(environment: Environment): TracktikSettings {
  const value = (name: string) => environment[name]?.trim() || undefined
  const client = { url: 'TRACKTIK_URL', clientId: 'TRACKTIK_CLIENT_ID', clientSecret: secret('TRACKTIK_CLIENT_SECRET') } as const
  const grant = value('TRACKTIK_GRANT') ?? 'password'
  const user = grant === 'password' ? requireEnvironment({ ...client, name: 'TRACKTIK_USERNAME', password: secret('TRACKTIK_PASSWORD') }, environment) : undefined
  const login = user ?? requireEnvironment(client, environment)
  const tokenPath = value('TRACKTIK_TOKEN_PATH')
  const perMinute = wholeNumber.safeParse(value('TRACKTIK_REQUESTS_PER_MINUTE'))
  const burst = wholeNumber.safeParse(value('TRACKTIK_BURST'))
  const wrong = [
    ...(grant === 'password' || grant === 'client_credentials' ? [] : ['TRACKTIK_GRANT must be password or client_credentials']),
    ...(isPortalUrl(login.url) ? [] : ['TRACKTIK_URL must be https://<portal>, without a path; http is for this machine only']),
    ...(tokenPath === undefined || tokenPath.startsWith('/') ? [] : ['TRACKTIK_TOKEN_PATH must be a path that begins with /']),
    ...(perMinute.success ? [] : ['TRACKTIK_REQUESTS_PER_MINUTE must be a whole number from 1']),
    ...(burst.success ? [] : ['TRACKTIK_BURST must be a whole number from 1']),
  ]
  if (wrong.length > 0) throw new VarveError('V1002', `TrackTik is wrongly configured: ${wrong.join('; ')}. Set them in the environment, or in the .env file.`, { context: { wrong } })
  return {
    url: login.url.replace(/\/$/, ''),
    clientId: login.clientId,
    clientSecret: login.clientSecret,
    user: user && { name: user.name, password: user.password },
    tokenPath,
    tokenDirectory: value('TRACKTIK_TOKEN_DIR'),
    requestsPerMinute: perMinute.data,
    burst: burst.data,
  }
}

/** Credentials go in the clear over http: that is for a simulator on this machine alone. */
function isPortalUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return (url.protocol === 'https:' || (url.protocol === 'http:' && isHere)) && url.pathname === '/' && url.search === '' && url.username === ''
}
