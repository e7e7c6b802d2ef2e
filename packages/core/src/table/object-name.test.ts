import { describe, expect, it } from 'vitest'
import { objectName } from './object-name.js'

describe('objectName', () => {
  it('joins the parts while they fit', () => {
    expect(objectName(['dim_site', 'site_id', 'key'])).toBe('dim_site_site_id_key')
    expect(objectName(['a'.repeat(59), 'key'])).toBe(`${'a'.repeat(59)}_key`)
  })

  it('keeps the beginning of a longer name, and tells two of them apart', () => {
    const first = objectName(['fact_shift', 'a'.repeat(60), 'key'])
    const second = objectName(['fact_shift', 'a'.repeat(60), 'idx'])
    expect(first).toMatch(/^fact_shift_a+_[0-9a-f]{8}$/)
    expect(Buffer.byteLength(first)).toBe(63)
    expect(second).not.toBe(first)
    expect(second.slice(0, 54)).toBe(first.slice(0, 54))
  })

  it('never cuts a character in half', () => {
    for (const letter of ['é', '漢', '🌲']) {
      for (let lead = 0; lead < 4; lead++) {
        const name = objectName(['x'.repeat(lead) + letter.repeat(40), 'key'])
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63)
        expect(name.isWellFormed()).toBe(true)
        expect(name).toMatch(new RegExp(`^x{${lead}}(?:${letter})+_[0-9a-f]{8}$`, 'u'))
      }
    }
  })
})
