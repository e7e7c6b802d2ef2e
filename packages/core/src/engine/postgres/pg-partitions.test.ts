import { describe, expect, it } from 'vitest'
import { readBound } from './pg-partitions.js'

describe('the bound of a partition of Postgres', () => {
  it.each<[text: string, bound: ReturnType<typeof readBound>]>([
    [`FOR VALUES IN ('2025_01')`, { kind: 'list', values: ['2025_01'] }],
    [`FOR VALUES IN (1, '-2', NULL)`, { kind: 'list', values: ['1', '-2', null] }],
    [`FOR VALUES IN ('it''s, (so)', 'b')`, { kind: 'list', values: [`it's, (so)`, 'b'] }],
    [`FOR VALUES IN (true)`, { kind: 'list', values: ['true'] }],
    [`FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')`, { kind: 'range', from: '2025-01-01', to: '2026-01-01' }],
    [`FOR VALUES FROM (MINVALUE) TO (10)`, { kind: 'range', from: undefined, to: '10' }],
    [`FOR VALUES FROM ('2025-01-01 00:00:00+00') TO (MAXVALUE)`, { kind: 'range', from: '2025-01-01 00:00:00+00', to: undefined }],
    [`DEFAULT`, { kind: 'other' }],
  ])('%s is read', (text, bound) => expect(readBound(text)).toEqual(bound))
})
