import { requireEnvironment, secret, VarveError, type Environment } from '@varve/core'
import type { SecretText } from '../http/secret-text.js'
import { otcManners, type OtcManners } from './otc-manners.js'
import { otcViews, type OtcView } from './otc-view.js'

/** Where a service desk is, who reads it, and how. */
export interface OtcSettings {
  /** The address in front of `/OTC/Data/View/data`. */
  readonly url: string
  readonly username: string
  readonly password: SecretText
  /** The id of each view, a guid. */
  readonly views: Readonly<Record<OtcView, string>>
  /** The zone of its clocks: times come without one. @defaultValue 'Australia/Sydney' */
  readonly timeZone: string
  readonly manners: OtcManners
}

const numbers: readonly { readonly name: string; readonly manner: keyof OtcManners; readonly least: number; readonly isWhole: boolean }[] = [
  { name: 'OTC_TIMEOUT_SECONDS', manner: 'timeoutSeconds', least: 1, isWhole: false },
  { name: 'OTC_SECONDS_BETWEEN_CALLS', manner: 'secondsBetweenCalls', least: 0, isWhole: false },
  { name: 'OTC_CALLS_PER_HOUR', manner: 'callsPerHour', least: 1, isWhole: true },
  { name: 'OTC_SECONDS_BETWEEN_VIEWS', manner: 'secondsBetweenViews', least: 0, isWhole: false },
  { name: 'OTC_RETRIES', manner: 'retries', least: 0, isWhole: true },
  { name: 'OTC_FIRST_DELAY_SECONDS', manner: 'firstDelaySeconds', least: 0, isWhole: false },
  { name: 'OTC_LONGEST_DELAY_SECONDS', manner: 'longestDelaySeconds', least: 0, isWhole: false },
  { name: 'OTC_THROTTLED_SECONDS', manner: 'throttledSeconds', least: 0, isWhole: false },
  { name: 'OTC_CIRCUIT_FAILURES', manner: 'circuitFailures', least: 1, isWhole: true },
  { name: 'OTC_CIRCUIT_SECONDS', manner: 'circuitSeconds', least: 0, isWhole: false },
  { name: 'OTC_CIRCUIT_PROBES', manner: 'circuitProbes', least: 1, isWhole: true },
]

/**
 * Reads the settings from environment variables: `OTC_URL`, `OTC_USERNAME`, `OTC_PASSWORD`, `OTC_TICKETS_VIEW`, `OTC_TIMESHEETS_VIEW`, `OTC_COMMENTS_VIEW`; and where
 * wanted `OTC_TIME_ZONE` and the manners: `OTC_TIMEOUT_SECONDS`, `OTC_SECONDS_BETWEEN_CALLS`, `OTC_CALLS_PER_HOUR`, `OTC_SECONDS_BETWEEN_VIEWS`, `OTC_RETRIES`,
 * `OTC_FIRST_DELAY_SECONDS`, `OTC_LONGEST_DELAY_SECONDS`, `OTC_THROTTLED_SECONDS`, `OTC_CIRCUIT_FAILURES`, `OTC_CIRCUIT_SECONDS`, `OTC_CIRCUIT_PROBES`.
 *
 * @throws VarveError `V1002` that names every missing or wrong variable at once, and shows no value of them.
 *
 * @example
 * ```ts
 * const client = new OtcClient(otcSettings(process.env))
 * ```
 */
export function otcSettings(environment: Environment): OtcSettings {
  const { url, username, password, tickets, timesheets, comments } = requireEnvironment(
    { url: 'OTC_URL', username: 'OTC_USERNAME', password: secret('OTC_PASSWORD'), tickets: 'OTC_TICKETS_VIEW', timesheets: 'OTC_TIMESHEETS_VIEW', comments: 'OTC_COMMENTS_VIEW' },
    environment,
  )
  const views = { tickets: tickets.trim(), timesheets: timesheets.trim(), comments: comments.trim() }
  const timeZone = environment['OTC_TIME_ZONE']?.trim() || 'Australia/Sydney'
  const given = numbers.flatMap((number) => {
    const text = environment[number.name]?.trim()
    return text ? [{ ...number, value: Number(text) }] : []
  })
  const wrong = [
    ...(isDeskUrl(url) ? [] : ['OTC_URL must be https://<host>, with the path in front of /OTC/Data/View/data if there is one; http is for this machine only']),
    ...(username.includes(':') ? ['OTC_USERNAME must have no : in it'] : []),
    ...otcViews.filter((view) => !isGuid(views[view])).map((view) => `OTC_${view.toUpperCase()}_VIEW must be the guid of the view, without braces`),
    ...(new Set(Object.values(views)).size < otcViews.length ? ['OTC_TICKETS_VIEW, OTC_TIMESHEETS_VIEW and OTC_COMMENTS_VIEW must be three different views'] : []),
    ...(isZone(timeZone) ? [] : ['OTC_TIME_ZONE must be the name of a zone, such as Australia/Sydney']),
    ...given.filter(({ value, least, isWhole }) => !(value >= least && value < Infinity) || (isWhole && !Number.isInteger(value))).map(({ name, least, isWhole }) => `${name} must be a ${isWhole ? 'whole ' : ''}number from ${least}`),
  ]
  if (wrong.length > 0) throw new VarveError('V1002', `OTC is wrongly configured: ${wrong.join('; ')}. Set them in the environment, or in the .env file.`, { context: { wrong } })
  return {
    url: url.trim().replace(/\/+$/, ''),
    username,
    password,
    views,
    timeZone,
    manners: { ...otcManners, ...Object.fromEntries(given.map(({ manner, value }) => [manner, value])) },
  }
}

/** Credentials go in the clear over http: that is for a simulator on this machine alone. */
function isDeskUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return (url.protocol === 'https:' || (url.protocol === 'http:' && isHere)) && url.search === '' && url.hash === '' && url.username === ''
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)
}

function isZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
