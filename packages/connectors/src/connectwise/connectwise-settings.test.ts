import { describe, expect, it } from 'vitest'
import { reveal } from '../http/secret-text.js'
import { connectwiseSettings, connectwiseTenants } from './connectwise-settings.js'

const shared = { CONNECTWISE_URL: 'https://api-eu.myconnectwise.net', CONNECTWISE_CLIENT_ID: 'integration' }
const own = (name: string) => ({ [`CONNECTWISE_${name}_COMPANY`]: name.toLowerCase(), [`CONNECTWISE_${name}_PUBLIC_KEY`]: `public ${name}`, [`CONNECTWISE_${name}_PRIVATE_KEY`]: `private ${name}` })
const shown = ({ publicKey, privateKey, clientId, ...rest }: ReturnType<typeof connectwiseSettings>) => ({ ...rest, publicKey: reveal(publicKey), privateKey: reveal(privateKey), clientId: reveal(clientId) })

describe('the settings of a tenant', () => {
  it('are its own keys, and what all tenants share', () => {
    expect(shown(connectwiseSettings('north-pier', { ...shared, ...own('NORTH_PIER'), CONNECTWISE_REQUESTS_PER_MINUTE: '60' }))).toEqual({
      tenant: 'north-pier',
      url: 'https://api-eu.myconnectwise.net/v4_6_release/apis/3.0',
      company: 'north_pier',
      publicKey: 'public NORTH_PIER',
      privateKey: 'private NORTH_PIER',
      clientId: 'integration',
      version: undefined,
      requestsPerMinute: 60,
      burst: undefined,
    })
  })

  it('may be all its own', () => {
    const environment = { ...shared, ...own('A'), CONNECTWISE_A_URL: 'https://cw.example.test/v2025_1/apis/3.0/', CONNECTWISE_A_CLIENT_ID: 'mine', CONNECTWISE_A_VERSION: '2025.16', CONNECTWISE_A_BURST: '7', CONNECTWISE_BURST: '9' }
    expect(shown(connectwiseSettings('a', environment))).toMatchObject({ url: 'https://cw.example.test/v2025_1/apis/3.0', clientId: 'mine', version: '2025.16', burst: 7 })
  })

  it('are never the keys of another', () => {
    expect(() => connectwiseSettings('b', { ...shared, ...own('A'), CONNECTWISE_COMPANY: 'a', CONNECTWISE_PUBLIC_KEY: 'x', CONNECTWISE_PRIVATE_KEY: 'y' })).toThrow(expect.objectContaining({ code: 'V1002', message: expect.stringMatching(/CONNECTWISE_B_COMPANY.*CONNECTWISE_B_PUBLIC_KEY.*CONNECTWISE_B_PRIVATE_KEY/) as string }))
  })

  it.each([
    ['http://api.example.test', 'CONNECTWISE_URL must be https://'],
    ['https://cw.example.test/login', 'CONNECTWISE_URL must be https://'],
    ['cw.example.test', 'CONNECTWISE_URL must be https://'],
  ])('%s is no address', (url, message) => {
    expect(() => connectwiseSettings('a', { ...shared, ...own('A'), CONNECTWISE_URL: url })).toThrow(expect.objectContaining({ code: 'V1002', message: expect.stringContaining(message) as string }))
  })

  it('may be in the clear on this machine', () => {
    expect(connectwiseSettings('a', { ...shared, ...own('A'), CONNECTWISE_URL: 'http://127.0.0.1:8080' }).url).toBe('http://127.0.0.1:8080/v4_6_release/apis/3.0')
  })

  it('are refused with every mistake at once, and without a value of them', () => {
    const environment = { ...shared, ...own('A'), CONNECTWISE_A_COMPANY: 'a+b', CONNECTWISE_BURST: '0', CONNECTWISE_A_REQUESTS_PER_MINUTE: 'many' }
    expect(() => connectwiseSettings('a', environment)).toThrow('ConnectWise is wrongly configured: CONNECTWISE_A_COMPANY must have no + and no : in it; CONNECTWISE_A_REQUESTS_PER_MINUTE must be a whole number from 1; CONNECTWISE_BURST must be a whole number from 1.')
  })
})

describe('the settings of all tenants', () => {
  it('are those that are named', () => {
    expect(connectwiseTenants({ ...shared, ...own('A'), ...own('B'), CONNECTWISE_TENANTS: 'a, b' }).map(({ tenant, company }) => [tenant, company])).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ])
  })

  it('name all that is missing, of every tenant', () => {
    expect(() => connectwiseTenants({ ...shared, ...own('A'), CONNECTWISE_TENANTS: 'a,b,c' })).toThrow(/CONNECTWISE_B_COMPANY[^]*CONNECTWISE_C_PRIVATE_KEY/)
  })

  it('are refused when two tenants would read with the same keys', () => {
    expect(() => connectwiseTenants({ ...shared, ...own('A_B'), CONNECTWISE_TENANTS: 'a-b,a_b' })).toThrow('the tenants "a-b" and "a_b" have the same variables, CONNECTWISE_A_B_…; rename one of them')
  })

  it.each([' ,', '!'])('"%s" are none', (names) => {
    expect(() => connectwiseTenants({ ...shared, CONNECTWISE_TENANTS: names })).toThrow(expect.objectContaining({ code: 'V1002' }))
  })
})
