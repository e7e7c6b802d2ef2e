import { describe, expect, it } from 'vitest'
import { requestUrl, shownRequest, type HttpRequest } from './http-request.js'

const shown = (request: HttpRequest) => shownRequest(request, requestUrl('https://portal.example.test/api', request, 'Portal'))

describe('a request as it is shown', () => {
  it('has method, path and query, and no host', () => {
    expect(shown({ path: '/shifts', query: { limit: 5, 'startsOn:between': 'a|b', absent: undefined } })).toBe('GET /api/shifts?limit=5&startsOn:between=a|b')
  })

  it('hides what is named like a secret', () => {
    expect(shown({ path: '/x', query: { access_token: 'abc123', api_key: 'k', client_secret: 's', code: 'c', page: 1 } })).toBe('GET /api/x?access_token=[secret]&api_key=[secret]&client_secret=[secret]&code=[secret]&page=1')
  })
})

describe('the address of a request', () => {
  it('keeps the path of the base', () => {
    expect(requestUrl('https://portal.example.test/api/', { path: '/x' }, 'Portal').href).toBe('https://portal.example.test/api/x')
  })

  it('may be a whole one of the same origin', () => {
    expect(requestUrl('https://portal.example.test/api', { path: 'https://portal.example.test/api/x?pageId=7' }, 'Portal').href).toBe('https://portal.example.test/api/x?pageId=7')
  })

  it.each(['https://other.example.test/x', 'http://portal.example.test/x', 'https://portal.example.test:8443/x'])('is refused at %s, where credentials have no business', (path) => {
    expect(() => requestUrl('https://portal.example.test/api', { path }, 'Portal')).toThrow(/^\[V3010\] Portal gave a link to .*Credentials are not sent to another host/)
  })
})
