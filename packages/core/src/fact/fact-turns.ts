import { sql } from 'drizzle-orm'
import { ledgerSchema } from '../batch/ledger/ledger-tables.js'
import type { Engine, Session } from '../engine/engine.js'
import { alignTable } from '../table/evolve.js'
import { t } from '../table/column.js'
import { table } from '../table/table.js'
import { tableLabel } from '../table/table-spec.js'
import type { FactDefinition } from './fact-definition.js'

/** One row a fact: its turn. Two loads that brought one fact to different partitions at once would leave two rows of it. */
const factTurns = table(`${ledgerSchema}.facts`, { fact: t.text(300).notNull(), loads: t.bigint().notNull() }, { primaryKey: ['fact'] })

/** Enters a fact before its first load. Whoever does so holds a lock. */
export async function enterFact({ phrases }: Engine, session: Session, { table: fact }: FactDefinition): Promise<void> {
  await alignTable(session, factTurns.spec)
  const turns = phrases.table(factTurns.spec)
  const label = phrases.cast(sql`${tableLabel(fact)}`, { kind: 'text', length: 300 })
  await session.query(sql`insert into ${turns} (${phrases.column('fact')}, ${phrases.column('loads')}) select ${label}, 0 where not exists (select 1 from ${turns} where ${phrases.column('fact')} = ${label})`)
}

/** Takes a fact's turn: another transaction that writes it waits here until this one has ended. Answers whether the fact was entered. */
export async function takeFactTurn({ phrases }: Engine, session: Session, { table: fact }: FactDefinition): Promise<boolean> {
  const loads = phrases.column('loads')
  const { rowCount } = await session.query(sql`update ${phrases.table(factTurns.spec)} set ${loads} = ${loads} + 1 where ${phrases.column('fact')} = ${tableLabel(fact)}`)
  return rowCount > 0
}
