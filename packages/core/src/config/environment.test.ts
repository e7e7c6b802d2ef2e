import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { loadEnvFile, requireEnvironment, secret, secretFromEnv } from './environment.js'
import { Secret } from './secret.js'

const directory = mkdtempSync(join(tmpdir(), 'varve-env-'))
afterAll(() => rmSync(directory, { recursive: true }))
const file = (name: string, text: string) => {
  writeFileSync(join(directory, name), text)
  return join(directory, name)
}

describe('a secret', () => {
  const token = new Secret('tell-nobody')

  it('shows nothing of itself, whichever way it is printed', () => {
    const ways = [String(token), 'is '.concat(token as unknown as string), [token].join(), JSON.stringify({ token }), inspect(token), inspect({ deep: { er: [token] } }, { depth: 9, showHidden: true }), Object.values(token).join()]
    expect(ways.join('\n')).not.toContain('tell-nobody')
    expect(ways.slice(0, 5)).toEqual(['[secret]', 'is [secret]', '[secret]', '{"token":"[secret]"}', '[secret]'])
  })

  it('is revealed when asked', () => expect(token.reveal()).toBe('tell-nobody'))
})

describe('requireEnvironment', () => {
  it('answers texts and secrets by their keys', () => {
    const { url, token } = requireEnvironment({ url: 'CRM_URL', token: secret('CRM_TOKEN') }, { CRM_URL: 'https://crm', CRM_TOKEN: 'tell-nobody' })
    expect(url).toBe('https://crm')
    expect(token.reveal()).toBe('tell-nobody')
  })

  it('names everything that is missing or unreadable in one error', () => {
    const environment = { A_URL: '', C_FILE: join(directory, 'nowhere'), D: 'x', D_FILE: 'y', E_FILE: file('empty', '\n') }
    expect(() => requireEnvironment({ a: 'A_URL', b: secret('B_TOKEN'), c: secret('C'), d: 'D', e: 'E' }, environment)).toThrow(
      expect.objectContaining({
        code: 'V1002',
        exitCode: 1,
        context: { missing: ['A_URL', 'B_TOKEN'] },
        message: expect.stringMatching(/2 environment variables are missing: A_URL, B_TOKEN; the file "[^"]+nowhere" that C_FILE names cannot be read: .+; D and D_FILE are both set; unset one of them; the file "[^"]+empty" that E_FILE names is empty\./) as string,
      }),
    )
  })

  it('reads a value from the file that is named, without the last line end', () => {
    expect(secretFromEnv('T', { T_FILE: file('token', ' tell nobody \r\n') }).reveal()).toBe(' tell nobody ')
  })
})

describe('loadEnvFile', () => {
  it('adds what is not set and leaves what is, even where it is set to nothing', () => {
    const path = file('.env', `# comment\nA=from file\nB="b=1 #2"\nC=c\n`)
    const environment: Record<string, string | undefined> = { A: 'from the shell', C: '' }
    expect(loadEnvFile(directory, environment)).toBe(path)
    expect(environment).toEqual({ A: 'from the shell', B: 'b=1 #2', C: '' })
  })

  it('answers nothing where there is no file', () => expect(loadEnvFile(join(directory, 'none'), {})).toBeUndefined())

  it('refuses a file that cannot be read', () => {
    const place = mkdtempSync(join(directory, 'odd-'))
    rmSync(place, { recursive: true })
    writeFileSync(place, '')
    expect(() => loadEnvFile(place, {})).toThrow(expect.objectContaining({ code: 'V1002' }))
  })
})
