import { sql } from 'drizzle-orm'
import { ledgerSchema } from '../batch/ledger/ledger-tables.js'
import type { Engine, Session } from '../engine/engine.js'
import { VarveError } from '../error/varve-error.js'
import { t } from '../table/column.js'
import { alignTable } from '../table/evolve.js'
import { table } from '../table/table.js'
import { tableLabel } from '../table/table-spec.js'
import type { CurrentDefinition } from './current-definition.js'
import type { CurrentLoad } from './current-load.js'

/** One row a table: its turn. Two loads that bring one key at once would otherwise fail each other. */
const tableTurns = table(`${ledgerSchema}.current_tables`, { tableName: t.text(300).notNull(), loads: t.bigint().notNull() }, { primaryKey: ['tableName'] })

/** Enters a table of current rows before its first load. Two that come first at once take turns. */
export async function enterTable(engine: Engine, { table: entered }: Pick<CurrentDefinition, 'table'>): Promise<void> {
  const { phrases } = engine
  await using _lock = await engine.lock('varve current tables')
  await engine.transaction(async (transaction) => {
    await alignTable(transaction, tableTurns.spec)
    const turns = phrases.table(tableTurns.spec)
    const label = phrases.cast(sql`${tableLabel(entered)}`, { kind: 'text', length: 300 })
    await transaction.query(sql`insert into ${turns} (${phrases.column('table_name')}, ${phrases.column('loads')}) select ${label}, 0 where not exists (select 1 from ${turns} where ${phrases.column('table_name')} = ${label})`)
  })
}

/** Takes the turn of a table: another transaction that writes it waits here until this one has ended. */
export async function takeTurn({ phrases, label }: Pick<CurrentLoad, 'phrases' | 'label'>, session: Session): Promise<void> {
  const loads = phrases.column('loads')
  const { rowCount } = await session.query(sql`update ${phrases.table(tableTurns.spec)} set ${loads} = ${loads} + 1 where ${phrases.column('table_name')} = ${label}`)
  if (rowCount === 0) throw new VarveError('V9001', `${label} was loaded without being entered first.`, { context: { table: label } })
}
