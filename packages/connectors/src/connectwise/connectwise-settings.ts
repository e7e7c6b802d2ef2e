import { requireEnvironment, secret, VarveError, type Environment } from '@varve/core'
import { z } from 'zod'
import type { SecretText } from '../http/secret-text.js'

/** Where a tenant is, and who reads it. */
export interface ConnectwiseSettings {
  /** What the tenant is called on our side. */
  readonly tenant: string
  /** The address with its codebase, down to `/apis/3.0`. */
  readonly url: string
  /** The company that the keys belong to, as it is typed at the login. */
  readonly company: string
  readonly publicKey: SecretText
  readonly privateKey: SecretText
  /** Names the integration, not the tenant; without it nothing is answered. */
  readonly clientId: SecretText
  /** Pins the version of the API, such as `2025.16`. @defaultValue whatever the source has */
  readonly version?: string | undefined
  /** @defaultValue 200 */
  readonly requestsPerMinute?: number | undefined
  /** @defaultValue 50 */
  readonly burst?: number | undefined
}

const wholeNumber = z.coerce.number<string>().int().positive().optional()
const defaultCodebase = '/v4_6_release/apis/3.0'
/** How the variables of a tenant begin. */
export const variablePrefix = (tenant: string) => `CONNECTWISE_${tenant.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`

/**
 * Reads the settings of a tenant from environment variables: `CONNECTWISE_<TENANT>_COMPANY`, `_PUBLIC_KEY` and `_PRIVATE_KEY`, which are the tenant's own;
 * and `CONNECTWISE_<TENANT>_URL`, `_CLIENT_ID`, `_VERSION`, `_REQUESTS_PER_MINUTE`, `_BURST`, in place of which `CONNECTWISE_URL`, `CONNECTWISE_CLIENT_ID` and so on
 * hold for all tenants. A tenant is written in capitals, with `_` for whatever is no letter or digit.
 *
 * @throws VarveError `V1002` that names every missing or wrong variable at once, and shows no value of them.
 *
 * @example
 * ```ts
 * const client = new ConnectwiseClient(connectwiseSettings('sitetechnology', process.env))
 * ```
 */
export function connectwiseSettings(tenant: string, environment: Environment): ConnectwiseSettings {
  const [settings] = settingsOf([tenant], environment)
  if (!settings) throw new VarveError('V9001', `No settings came of tenant "${tenant}".`)
  return settings
}

/**
 * The settings of every tenant that `CONNECTWISE_TENANTS` names, with commas between.
 *
 * @throws VarveError `V1002` that names what is missing or wrong of all of them at once.
 *
 * @example
 * ```ts
 * const clients = connectwiseTenants(process.env).map((settings) => new ConnectwiseClient(settings))
 * ```
 */
export function connectwiseTenants(environment: Environment): ConnectwiseSettings[] {
  const { tenants } = requireEnvironment({ tenants: 'CONNECTWISE_TENANTS' }, environment)
  return settingsOf(tenants.split(',').map((name) => name.trim()).filter(Boolean), environment)
}

function settingsOf(tenants: readonly string[], environment: Environment): ConnectwiseSettings[] {
  const wrong = wrongNames(tenants)
  if (wrong.length > 0) throw wrongSettings(wrong)
  // Asked for in one go, so that one message names all that are missing, of all tenants.
  const wanted = tenants.flatMap((tenant) => {
    const own = variablePrefix(tenant)
    return [
      [`${tenant} url`, ownOrShared(own, 'URL', environment)],
      [`${tenant} clientId`, secret(ownOrShared(own, 'CLIENT_ID', environment))],
      // Never shared: the keys of one tenant would read its rows into the tables of another.
      [`${tenant} company`, `${own}_COMPANY`],
      [`${tenant} publicKey`, secret(`${own}_PUBLIC_KEY`)],
      [`${tenant} privateKey`, secret(`${own}_PRIVATE_KEY`)],
    ] as const
  })
  const values = requireEnvironment(Object.fromEntries(wanted), environment)
  const text = (key: string) => {
    const value = values[key]
    if (value === undefined) throw new VarveError('V9001', `The setting "${key}" was not read.`)
    return value
  }
  const settings = tenants.map((tenant): ConnectwiseSettings => {
    const own = variablePrefix(tenant)
    const optional = (name: string) => environment[ownOrShared(own, name, environment)]?.trim() || undefined
    const number = (name: string) => {
      const read = wholeNumber.safeParse(optional(name))
      if (!read.success) wrong.push(`${ownOrShared(own, name, environment)} must be a whole number from 1`)
      return read.data
    }
    const url = baseUrlOf(String(text(`${tenant} url`)))
    if (url === undefined) wrong.push(`${ownOrShared(own, 'URL', environment)} must be https://<host>, alone or with its codebase down to /apis/3.0; http is for this machine only`)
    const company = String(text(`${tenant} company`))
    if (/[+:]/.test(company)) wrong.push(`${own}_COMPANY must have no + and no : in it`)
    return {
      tenant,
      url: url ?? '',
      company,
      publicKey: text(`${tenant} publicKey`),
      privateKey: text(`${tenant} privateKey`),
      clientId: text(`${tenant} clientId`),
      version: optional('VERSION'),
      requestsPerMinute: number('REQUESTS_PER_MINUTE'),
      burst: number('BURST'),
    }
  })
  if (wrong.length > 0) throw wrongSettings([...new Set(wrong)])
  return settings
}

function ownOrShared(own: string, name: string, environment: Environment): string {
  const isOwn = environment[`${own}_${name}`] || environment[`${own}_${name}_FILE`]
  return !isOwn && (environment[`CONNECTWISE_${name}`] || environment[`CONNECTWISE_${name}_FILE`]) ? `CONNECTWISE_${name}` : `${own}_${name}`
}

/** Two tenants whose variables have the same names would read with the same keys. */
function wrongNames(tenants: readonly string[]): string[] {
  if (tenants.length === 0) return ['CONNECTWISE_TENANTS must name a tenant']
  return tenants.flatMap((tenant, at) => {
    if (!/[A-Za-z0-9]/.test(tenant)) return [`"${tenant}" is no name for a tenant: it needs a letter or a digit`]
    const twin = tenants.slice(0, at).find((other) => variablePrefix(other) === variablePrefix(tenant))
    return twin === undefined ? [] : [`the tenants "${twin}" and "${tenant}" have the same variables, ${variablePrefix(tenant)}_…; rename one of them`]
  })
}

function wrongSettings(wrong: readonly string[]): VarveError {
  return new VarveError('V1002', `ConnectWise is wrongly configured: ${wrong.join('; ')}. Set them in the environment, or in the .env file.`, { context: { wrong } })
}

/** Credentials go in the clear over http: that is for a simulator on this machine alone. */
function baseUrlOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  const path = url.pathname.replace(/\/+$/, '')
  const isWell = (url.protocol === 'https:' || (url.protocol === 'http:' && isHere)) && url.search === '' && url.username === '' && (path === '' || path.endsWith('/apis/3.0'))
  return isWell ? url.origin + (path || defaultCodebase) : undefined
}
