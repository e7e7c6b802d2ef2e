import { describe, expect, it } from 'vitest'
import { startConnectwiseSimulator } from '@varve/connectors'
import { varve } from './varve.ts'

describe('a sample', () => {
  it('is of whole rows: what the connector itself never asks for is found, or told as not mapped', async () => {
    await using simulator = await startConnectwiseSimulator({ seed: 'sample', tenants: ['acme'], tickets: 4 })
    for (const { id } of simulator.truth('acme')) simulator.edit('acme', id, { contact: undefined, contactName: 'Somebody', siteName: 'Annex' })
    const told = await varve(['validate', 'tickets', '--tenant', 'acme', '--json'], { environment: simulator.environment })
    expect({ exitCode: told.exitCode, stderr: told.stderr }).toMatchObject({ exitCode: 0 })
    const { fields, unused } = told.json as { fields: readonly { readonly field: string }[]; unused: readonly { readonly field: string; readonly seen: number }[] }
    expect(fields.find(({ field }) => field === 'contact_name')).toMatchObject({ matched: 4, absent: 0 })
    expect(unused).toContainEqual({ field: 'siteName', seen: 4 })
  })
})
