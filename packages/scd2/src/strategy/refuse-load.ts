import type { SQL } from 'drizzle-orm'
import { tableLabel, VarveError, type Session } from '@varve/core'
import { contradictionRefusal, guardRefusal } from '../model/refusal.js'
import type { Guard } from '../model/load.js'
import { instantOf, instantText } from '../model/instant.js'
import type { RowEvent } from '../model/read-load.js'
import { countClosing } from '../statement/count-closing.js'
import { countEndless } from '../statement/count-endless.js'
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
  for await (const rows of session.stream(findRepeated(tables, staged.readColumns))) {
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
 * Refuses a load with instants at or after the one that stands for an open end: no version could begin or end there.
 *
 * @throws VarveError V2003 with the figures.
 */
export async function refuseEndless(session: Session, tables: MergeTables, { definition, at }: Pick<MemberLoad, 'definition' | 'at'>): Promise<void> {
  const { openEnd, sequence, table } = definition
  if (openEnd === null) return
  const endless = at >= instantOf(openEnd) ? 1 : sequence ? await countBy(session, countEndless(tables, sequence, openEnd)) : 0
  if (endless === 0) return
  throw new VarveError('V2003', `Dimension ${tableLabel(table)}: ${at >= instantOf(openEnd) ? `the load at ${instantText(at)} is` : `${endless} rows are`} not before ${openEnd}, which stands for an open end. Nothing was loaded. Mend the instants, or choose an open end that is farther away.`, { context: { table: tableLabel(table), openEnd, endless } })
}

/** What is known of a complete load before the guards look at it. */
export interface GuardSetting {
  readonly living: number
  /** Whether every living member has a row. */
  readonly isWhole: boolean
  /** Whether some member is present for certain. */
  readonly hasPresent: boolean
}

/**
 * Refuses a complete load that looks wrong (H11).
 *
 * @throws VarveError V2006 with the figures.
 */
export async function refuseByGuards(session: Session, tables: MergeTables, { definition, at, loads }: MemberLoad, allow: readonly Guard[], { living, isWhole, hasPresent }: GuardSetting): Promise<void> {
  const present = living === 0 || hasPresent ? 1 : await countBy(session, countPresent(tables, instantText(at)))
  const closing = living === 0 || isWhole || definition.deletes === 'ignore' ? 0 : await countBy(session, countClosing(tables))
  const refused = guardRefusal(definition, { at, last: loads.complete.at(-1)?.at, present, living, closing }, allow)
  if (refused) throw refused
}

/** How many members have an open version. */
export function livingIn(session: Session, tables: MergeTables): Promise<number> {
  return countBy(session, countLiving(tables))
}

async function countBy(session: Session, statement: SQL): Promise<number> {
  return Number(Object.values((await session.query<Record<string, bigint>>(statement)).rows[0] ?? {})[0] ?? 0)
}
