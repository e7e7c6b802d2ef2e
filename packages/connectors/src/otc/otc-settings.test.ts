import { describe, expect, it } from 'vitest'
import { reveal } from '../http/secret-text.js'
import { otcManners } from './otc-manners.js'
import { otcSettings } from './otc-settings.js'

const guid = (digit: string) => `${digit.repeat(8)}-1111-2222-3333-444444444444`
const environment = { OTC_URL: 'https://desk.example.test/', OTC_USERNAME: 'etl', OTC_PASSWORD: 'tell-nobody', OTC_TICKETS_VIEW: guid('a'), OTC_TIMESHEETS_VIEW: guid('b'), OTC_COMMENTS_VIEW: guid('c') }
const wrong = (more: Record<string, string>) => {
  try {
    otcSettings({ ...environment, ...more })
  } catch (error) {
    return error as Error & { readonly code: string; readonly context: { readonly wrong: readonly string[] } }
  }
  return expect.unreachable('it should have failed')
}

describe('settings of the service desk', () => {
  it('have the manners of the source unless something else is said', () => {
    const settings = otcSettings(environment)
    expect(settings).toMatchObject({ url: 'https://desk.example.test', username: 'etl', timeZone: 'Australia/Sydney', views: { tickets: guid('a'), timesheets: guid('b'), comments: guid('c') }, manners: otcManners })
    expect(reveal(settings.password)).toBe('tell-nobody')
    expect(otcManners).toEqual({ timeoutSeconds: 120, secondsBetweenCalls: 5, callsPerHour: 100, secondsBetweenViews: 30, retries: 3, firstDelaySeconds: 10, longestDelaySeconds: 300, throttledSeconds: 60, circuitFailures: 3, circuitSeconds: 600, circuitProbes: 2 })
  })

  it('take each manner from its variable', () => {
    const names = ['OTC_TIMEOUT_SECONDS', 'OTC_SECONDS_BETWEEN_CALLS', 'OTC_CALLS_PER_HOUR', 'OTC_SECONDS_BETWEEN_VIEWS', 'OTC_RETRIES', 'OTC_FIRST_DELAY_SECONDS', 'OTC_LONGEST_DELAY_SECONDS', 'OTC_THROTTLED_SECONDS', 'OTC_CIRCUIT_FAILURES', 'OTC_CIRCUIT_SECONDS', 'OTC_CIRCUIT_PROBES']
    const { manners, timeZone } = otcSettings({ ...environment, ...Object.fromEntries(names.map((name, at) => [name, String(at + 1)])), OTC_TIME_ZONE: 'Australia/Perth' })
    expect(Object.values(manners)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(Object.keys(manners)).toEqual(Object.keys(otcManners))
    expect(timeZone).toBe('Australia/Perth')
  })

  it('name everything that is missing at once', () => {
    expect(() => otcSettings({ OTC_URL: 'https://desk.example.test' })).toThrow(/OTC_USERNAME.*OTC_PASSWORD.*OTC_TICKETS_VIEW.*OTC_TIMESHEETS_VIEW.*OTC_COMMENTS_VIEW/)
  })

  it('name everything that is wrong at once, and show no value', () => {
    const error = wrong({ OTC_URL: 'http://desk.example.test', OTC_USERNAME: 'a:b', OTC_TICKETS_VIEW: `{${guid('a')}}`, OTC_COMMENTS_VIEW: guid('b'), OTC_TIME_ZONE: 'Sydney', OTC_RETRIES: '1.5', OTC_CALLS_PER_HOUR: '0', OTC_TIMEOUT_SECONDS: 'long' })
    expect(error.code).toBe('V1002')
    expect(error.context.wrong).toEqual([
      'OTC_URL must be https://<host>, with the path in front of /OTC/Data/View/data if there is one; http is for this machine only',
      'OTC_USERNAME must have no : in it',
      'OTC_TICKETS_VIEW must be the guid of the view, without braces',
      'OTC_TICKETS_VIEW, OTC_TIMESHEETS_VIEW and OTC_COMMENTS_VIEW must be three different views',
      'OTC_TIME_ZONE must be the name of a zone, such as Australia/Sydney',
      'OTC_TIMEOUT_SECONDS must be a number from 1',
      'OTC_CALLS_PER_HOUR must be a whole number from 1',
      'OTC_RETRIES must be a whole number from 0',
    ])
    expect(error.message).not.toMatch(/desk\.example|tell-nobody|long/)
  })

  it.each(['https://desk.example.test/portal', 'http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:2'])('take the address %s', (url) => {
    expect(otcSettings({ ...environment, OTC_URL: url }).url).toBe(url)
  })

  it.each(['desk.example.test', 'ftp://desk.example.test', 'https://me@desk.example.test', 'https://desk.example.test/?id=1', 'https://desk.example.test/#top'])('refuse the address %s', (url) => {
    expect(wrong({ OTC_URL: url }).context.wrong).toHaveLength(1)
  })
})
