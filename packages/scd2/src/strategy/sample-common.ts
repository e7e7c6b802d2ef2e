import type { Session } from '@varve/core'
import { memberId } from '../model/layout.js'
import type { Version } from '../model/state.js'
import { readFoundSample } from '../statement/read-found-sample.js'
import type { ChangeSamples } from './change-samples.js'
import type { ChangeTables } from './change-tables.js'
import type { KnownLoads } from './known-loads.js'
import type { MergeTables } from './merge-tables.js'
import { rowTexts } from './row-texts.js'
import { VersionCodec } from './version-codec.js'

const kinds = ['new', 'amended', 'changed', 'absent'] as const

type Histories = Map<string, { readonly key: readonly string[]; readonly versions: Version[] }>

/** Looks at a few members of each common kind before and after they are written. */
export async function sampleCommon(session: Session, tables: MergeTables, changes: ChangeTables, loads: KnownLoads, samples: ChangeSamples, work: () => Promise<void>): Promise<void> {
  const codec = new VersionCodec(tables.definition, loads)
  const keyTexts = rowTexts(tables.definition.key)
  const look = async () => {
    const histories: Histories = new Map()
    for (const kind of kinds) {
      const { rows } = await session.query(readFoundSample(tables, changes, kind, samples.limit, codec.readColumns))
      for (const row of rows) {
        const key = keyTexts(row) as string[] // a key is never NULL
        const history = histories.get(memberId(key)) ?? { key, versions: [] }
        if (row['member_begin'] !== null) history.versions.push(codec.read(row, 0))
        histories.set(memberId(key), history)
      }
    }
    return histories
  }
  const before = await look()
  await work()
  for (const [id, { key, versions }] of await look()) samples.add(key, before.get(id)?.versions ?? [], versions)
}
