import { describe, expect, it } from 'vitest'
import { scopeOf, spanOf } from './scope.js'
import { tracktikChoices } from './tracktik-choices.js'

const now = '2025-03-10T00:00:00Z'
const ids = (scope: ReturnType<typeof scopeOf>) => scope.whole.map(({ periodId }) => periodId)
const choices = (values: Parameters<typeof tracktikChoices>[0] = {}, historyFrom?: string) => tracktikChoices(values, historyFrom)

describe('what is read', () => {
  it('first: a year of periods up to the next one, and what changes meanwhile', () => {
    const scope = scopeOf(choices(), now, undefined)
    expect([scope.what, ids(scope).length, ids(scope)[0], ids(scope).at(-1), scope.modifiedSince, scope.movesWatermark]).toEqual(['first load', 28, '2024_07', '2025_07', now, true])
    expect(ids(scopeOf(choices({}, '2025-02-21'), now, undefined))).toEqual(['2025_05', '2025_06', '2025_07'])
  })

  it('then: the open period and the next one whole, and changes of all others since the last run', () => {
    const scope = scopeOf(choices(), now, '2025-03-09T00:00:00Z')
    expect([scope.what, ids(scope), scope.modifiedSince]).toEqual(['incremental', ['2025_06', '2025_07'], '2025-03-09T00:00:00Z'])
  })

  it('after a long pause: every period that was not over at the last run', () => {
    expect(ids(scopeOf(choices(), '2025-05-01T00:00:00Z', now))).toEqual(['2025_06', '2025_07', '2025_08', '2025_09', '2025_10'])
  })

  it('on the day on which a period ends: it is open as long as it has not ended everywhere', () => {
    expect(ids(scopeOf(choices(), '2025-03-21T11:59:59Z', '2025-03-21T00:00:00Z'))).toEqual(['2025_06', '2025_07', '2025_08'])
    expect(ids(scopeOf(choices(), '2025-03-21T12:00:00Z', '2025-03-21T12:00:00Z'))).toEqual(['2025_07', '2025_08'])
    // Where the day is first to change the next one has begun already.
    expect(ids(scopeOf(choices(), '2025-03-20T10:00:00Z', '2025-03-20T10:00:00Z'))).toEqual(['2025_06', '2025_07', '2025_08'])
  })

  it('where a period, days or everything was asked for: just that', () => {
    expect(scopeOf(choices({ period: '2025_05' }), now, now)).toMatchObject({ what: 'period', whole: [{ periodId: '2025_05' }], movesWatermark: false })
    expect(scopeOf(choices({ from: '2025-03-01', to: '2025-03-02' }), now, now)).toEqual({ what: 'days', whole: [], days: { from: '2025-03-01', to: '2025-03-02' }, movesWatermark: false })
    expect(scopeOf(choices({ from: '2025-03-01' }), now, now).days).toEqual({ from: '2025-03-01', to: '2025-04-03' })
    expect(scopeOf(choices({ full: true }), now, now)).toMatchObject({ what: 'full', modifiedSince: now, movesWatermark: true })
  })

  it('spans the days of every place on earth', () => {
    expect(spanOf('2025-03-07', '2025-03-20')).toEqual({ from: '2025-03-06T00:00:00Z', to: '2025-03-22T00:00:00Z' })
  })
})

describe('choices', () => {
  it.each([
    [{ period: '2025_27' }, '--period is "2025_27", which is no billing period: write one from 2015_01 on, such as 2025_05; a year has 26, at times 27.'],
    [{ from: '2025-02-30' }, '--from is "2025-02-30", which is no date: write one such as 2025-03-01.'],
    [{ to: '2091-01-01' }, '--to is 2091-01-01, which lies in no billing period: there are those of the years 2015 to 2040.'],
    [{ from: '2025-03-02', to: '2025-03-01' }, '--from 2025-03-02 is after --to 2025-03-01.'],
    [{ period: '2025_05', full: true, to: '2025-03-01' }, '--period and --from or --to cannot be chosen together; --full is everything: leave out --period, --from and --to.'],
    [{ customerRegion: ' ' }, '--customer-region is empty.'],
  ])('%j are refused with all that is wrong', (values, message) => {
    expect(() => choices(values)).toThrow(`[V1006] ${message}`)
  })
})
