import { describe, expect, it } from 'vitest'
import { Secret } from '../config/secret.js'
import { VarveError } from '../error/varve-error.js'
import { createLogger, type LoggerOptions } from './create-logger.js'

function logger(options: LoggerOptions = {}) {
  const lines: string[] = []
  const log = createLogger({ ...options, destination: { write: (line) => lines.push(line) } })
  return { log, lines, entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

describe('a logger', () => {
  it('writes a line of JSON for each entry', () => {
    const { log, lines, entries } = logger()
    log.info({ batch: 'b1', rows: 3n, big: 2n ** 60n, at: new Date(0) }, 'rows staged')
    expect(lines).toHaveLength(1)
    expect(lines[0]?.endsWith('}\n')).toBe(true)
    expect(entries()).toEqual([{ level: 'info', time: expect.stringMatching(/^\d{4}-.+Z$/) as string, batch: 'b1', rows: 3, big: '1152921504606846976', at: '1970-01-01T00:00:00.000Z', msg: 'rows staged' }])
  })

  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ] as const)('writes at level %s what weighs as much or more', (level, written) => {
    const { log, entries } = logger({ level })
    for (const method of ['debug', 'info', 'warn', 'error'] as const) log[method]({}, 'something')
    expect(entries().map((entry) => entry['level'])).toEqual(written)
  })

  it('shows no secret, wherever one hides', () => {
    const { log, lines, entries } = logger()
    const error = new VarveError('V3002', 'refused at https://ada:hunter2!@host', { cause: new Error('token=hunter2!'), context: { password: 'hunter2!', port: 1 } })
    const circle: Record<string, unknown> = { password: ['hunter2!'] }
    circle['self'] = circle
    log.error({ error, secret: new Secret('hunter2!'), plain: { deep: [{ apiKey: 'hunter2!', accessToken: 'hunter2!' }] }, note: 'pwd=hunter2!', map: new Map([['client_secret', 'hunter2!']]), circle }, 'sent Bearer hunter2!hunter2 to postgres://a:hunter2!@h')
    expect(lines.join()).not.toContain('hunter2')
    expect(entries()).toMatchObject([{
      error: { type: 'VarveError', code: 'V3002', message: '[V3002] refused at https://ada:[secret]@host', context: { password: '[secret]', port: 1 }, cause: { message: 'token=[secret]' } },
      secret: '[secret]',
      plain: { deep: [{ apiKey: '[secret]', accessToken: '[secret]' }] },
      note: 'pwd=[secret]',
      map: { client_secret: '[secret]' },
      circle: { password: '[secret]', self: '[circle]' },
    }])
  })
})
