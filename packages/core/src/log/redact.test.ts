import { describe, expect, it } from 'vitest'
import { redact, rememberSecret } from './redact.js'

describe('redact', () => {
  it.each([
    ['postgres://ada:lovelace@host/db', 'postgres://ada:[secret]@host/db'],
    ['postgres://:lovelace@host/db', 'postgres://:[secret]@host/db'],
    ['cannot open postgres://ada:love/l@ce"x@host/db today', 'cannot open postgres://ada:[secret]@host/db today'],
    ['Authorization: Bearer abcdefgh12345', 'Authorization: [secret] [secret]'],
    ['sent Basic YWRhOmxvdmVsYWNl', 'sent Basic [secret]'],
    ['PGPASSWORD=lovelace psql', 'PGPASSWORD=[secret] psql'],
    ['client_secret=lovelace&scope=all', 'client_secret=[secret]&scope=all'],
    ['{"accessToken":"love, lace","scope":"all"}', '{"accessToken":"[secret]","scope":"all"}'],
    [String.raw`{\"password\": \"love lace\", \"user\": 1}`, String.raw`{\"password\": \"[secret]\", \"user\": 1}`],
    ['{"refresh_token":"lovela', '{"refresh_token":"[secret]"'],
    [`api-key: 'lovelace'`, `api-key: '[secret]'`],
  ])('hides what is secret in %s', (text, shown) => {
    expect(redact(text)).toBe(shown)
    expect(redact(shown)).toBe(shown)
  })

  it.each(['postgres://host:5432/db is up', 'https://host:8443/a/b, ask ada@example.org', 'password authentication failed for user "ada"', '5 tokens: none', 'batch 0195e7c2-1111-7000-8000-000000000000'])(
    'leaves %s as it is', (text) => expect(redact(text)).toBe(text),
  )

  it('hides a remembered text wherever it stands, whole also where another is part of it', () => {
    rememberSecret('Tuesday&Wednesday')
    rememberSecret('Tuesday&Wednesday+Thursday')
    expect(redact('it was Tuesday&Wednesday+Thursday, not Tuesday&Wednesday')).toBe('it was [secret], not [secret]')
    expect(redact('/login?code=Tuesday%26Wednesday')).toBe('/login?code=[secret]')
  })

  it('remembers no text so short that it would hide half of a sentence', () => {
    rememberSecret('day')
    expect(redact('one day')).toBe('one day')
  })
})
