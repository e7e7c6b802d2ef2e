import { sql } from 'drizzle-orm'
import type { Session } from '../engine/engine.js'
import type { Phrases } from '../engine/phrases.js'
import { t } from '../table/column.js'
import { alignTable } from '../table/evolve.js'
import { table } from '../table/table.js'
import { tableLabel, type TableSpec } from '../table/table-spec.js'
import { ledgerSchema } from './ledger/ledger-tables.js'

type Loaded = Pick<TableSpec, 'schema' | 'name'>

/** A control table with one row for each table that is loaded: who writes the table changes its row first, and so waits for whoever has done so before, whichever pipeline that belongs to. */
export class Turns {
  private readonly spec: TableSpec

  constructor(name: string, private readonly column: string) {
    this.spec = table(`${ledgerSchema}.${name}`, { label: t.text(300).notNull().named(column), loads: t.bigint().notNull() }, { primaryKey: ['label'] }).spec
  }

  /** Enters a table before its first load. Whoever does so holds a lock. */
  async enter(phrases: Phrases, session: Session, loaded: Loaded): Promise<void> {
    await alignTable(session, this.spec)
    const [turns, column] = [phrases.table(this.spec), phrases.column(this.column)]
    const label = phrases.cast(sql`${tableLabel(loaded)}`, { kind: 'text', length: 300 })
    await session.query(sql`insert into ${turns} (${column}, ${phrases.column('loads')}) select ${label}, 0 where not exists (select 1 from ${turns} where ${column} = ${label})`)
  }

  /** Takes a table's turn: another transaction that writes it waits here until this one has ended. Answers whether the table was entered. */
  async take(phrases: Phrases, session: Session, loaded: Loaded): Promise<boolean> {
    const loads = phrases.column('loads')
    const { rowCount } = await session.query(sql`update ${phrases.table(this.spec)} set ${loads} = ${loads} + 1 where ${phrases.column(this.column)} = ${tableLabel(loaded)}`)
    return rowCount > 0
  }
}
