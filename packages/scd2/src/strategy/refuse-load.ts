import type { Session } from '@varve/core'
import { contradictionRefusal, guardRefusal } from '../model/refusal.js'
import type { Guard } from '../model/load.js'
import { instantText } from '../model/instant.js'
import type { RowEvent } from '../model/read-load.js'
import { countClosing } from '../statement/count-closing.js'
import { countLiving } from '../statement/count-living.js'
import { countPresent } from '../statement/count-present.js'
import { findRepeated } from '../statement/find-repeated.js'
import type { MemberLoad } from './fold-members.js'
import type { MergeTables } from './merge-tables.js'
import { rowTexts } from './row-texts.js'
import { StagedEvents } from './staged-events.js'

/**
 * Refuses a load whose rows contradict each other (H8), and counts the rows that say the same as another one.
 *
 * @throws VarveError V2008 with the keys.
 */
export async function refuseContradictions(session: Session, tables: MergeTables, { definition, at }: Pick<MemberLoad, 'definition' | 'at'>): Promise<number> {
  const staged = new StagedEvents(definition, at)
  const keyTexts = rowTexts(definition.key)
  const contradictions: RowEvent[] = []
  let duplicate = 0
  let group: RowEvent[] = []
  const settle = () => {
    const judged = staged.distinct(group)
    contradictions.push(...judged.contradictions)
    duplicate += group.length - judged.events.length - judged.contradictions.length
    group = []
  }
  for await (const rows of session.stream<Record<string, unknown>>(findRepeated(tables, staged.readColumns))) {
    for (const row of rows) {
      const event = staged.read(row, keyTexts(row) as string[]) // a key is never NULL
      if (group[0] && group[0].member !== event.member) settle()
      group.push(event)
    }
  }
  settle()
  const refused = contradictionRefusal(definition, contradictions)
  if (refused) throw refused
  return duplicate
}

/**
 * Refuses a complete load that looks wrong (H11).
 *
 * @throws VarveError V2006 with the figures.
 */
export async function refuseByGuards(session: Session, tables: MergeTables, { definition, at, loads }: MemberLoad, allow: readonly Guard[], unreadable: number): Promise<void> {
  const count = async (statement: ReturnType<typeof countLiving>) => Number(Object.values((await session.query<Record<string, bigint>>(statement)).rows[0] ?? {})[0] ?? 0)
  const living = await count(countLiving(tables))
  const isJudged = living > 0
  const present = isJudged && unreadable === 0 ? await count(countPresent(tables, instantText(at))) : 1
  const closing = isJudged && definition.deletes === 'close' ? await count(countClosing(tables)) : 0
  const refused = guardRefusal(definition, { at, last: loads.complete.at(-1)?.at, present, living, closing }, allow)
  if (refused) throw refused
}
