import { describe, expect, it } from 'vitest'
import { whoIsWho, type SeenPeople } from './who-is-who.ts'

const people = (seen: Partial<SeenPeople>, manual: Parameters<typeof whoIsWho>[1] = []) => {
  const { people: found, issues } = whoIsWho({ pairs: [], assignees: [], authors: [], ...seen }, manual)
  return { found: found.map(({ shortUsername, fullName, team, source, evidence }) => [shortUsername, fullName, team, source, evidence]), issues: issues.map(({ recordId, message }) => [recordId, message]) }
}

describe('who is who', () => {
  it('pairs a login with the name that stands beside it in timesheets, with the team of most of the tickets', () => {
    expect(people({
      pairs: [{ login: 'jsample', name: 'Jo Sample', rows: 120 }],
      assignees: [{ who: 'JO SAMPLE', team: 'NOC', rows: 7 }],
      authors: [{ who: 'JSample', team: 'Cloud - Security', rows: 9 }],
    })).toEqual({ found: [['jsample', 'Jo Sample', 'NOC', 'auto_timesheet', 120]], issues: [] })
  })

  it('pairs nobody by a last name alone', () => {
    expect(people({
      assignees: [{ who: 'Jo Sample', team: 'NOC', rows: 2 }, { who: 'Jim Sample', team: null, rows: 1 }],
      authors: [{ who: 'jsample', team: 'NOC', rows: 3 }],
    }).found).toEqual([[null, 'Jo Sample', 'NOC', 'auto_ticket', 2], [null, 'Jim Sample', null, 'auto_ticket', 1], ['jsample', null, 'NOC', 'auto_etl', 3]])
  })

  it('pairs neither where a login has two names or a name two logins, and says so', () => {
    expect(people({
      pairs: [
        { login: 'jsample', name: 'Jim Sample', rows: 3 },
        { login: 'JSAMPLE', name: 'Jo Sample', rows: 120 },
        { login: 'ali', name: 'Ali Reza', rows: 5 },
        { login: 'ali2', name: 'Ali Reza', rows: 5 },
        { login: 'kim', name: 'Kim Lee', rows: 1 },
      ],
      authors: [{ who: 'jsample', team: null, rows: 4 }],
    })).toEqual({
      found: [['kim', 'Kim Lee', null, 'auto_timesheet', 1]],
      issues: [
        ['login jsample', expect.stringContaining('is in timesheets with 2 names: "Jo Sample" (120), "Jim Sample" (3).')],
        ['name ali reza', expect.stringContaining('is in timesheets with 2 logins: "ali" (5), "ali2" (5).')],
      ],
    })
  })

  it('leaves to a manual row what it names, and goes by the rest', () => {
    const seen = { pairs: [{ login: 'jsample', name: 'Jim Sample', rows: 3 }, { login: 'jsample', name: 'Jo Sample', rows: 120 }], authors: [{ who: 'jsample', team: null, rows: 4 }, { who: 'robot', team: null, rows: 900 }] }
    expect(people(seen, [{ shortUsername: 'jsample', fullName: 'Jo Sample' }, { shortUsername: 'robot', fullName: null }])).toEqual({ found: [], issues: [] })
    expect(people(seen, [{ shortUsername: null, fullName: 'Jim Sample' }]).found).toEqual([['jsample', 'Jo Sample', null, 'auto_timesheet', 120], ['robot', null, null, 'auto_etl', 900]])
  })

  it('takes a ticket that waits for somebody for nobody', () => {
    expect(people({ assignees: [{ who: 'PendingAssignment', team: 'NOC', rows: 40 }] }).found).toEqual([])
  })
})
