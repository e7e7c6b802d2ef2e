import { sql, type SQL } from 'drizzle-orm'
import { dawnOfTime, inferredMembers, ledgerSchema, tableLabel, type Engine, type Session, type TableSpec } from '@varve/core'
import { deletedMarker, type MergeTables } from './merge-tables.js'

/**
 * Members that facts have inferred and that this load brings. Their placeholders step aside before the merge, which so finds them as new as they are, and
 * their first version takes over the surrogate key afterwards: what refers to the placeholder then refers to it.
 */
export class InferredFill {
  private constructor(
    private readonly session: Session,
    private readonly tables: MergeTables,
    private readonly surrogateKey: string,
    private readonly aside: TableSpec,
  ) {}

  /** Takes the placeholders of staged members aside; answers nothing where there are none. */
  static async take(engine: Engine, session: Session, tables: MergeTables, prefix: string): Promise<InferredFill | undefined> {
    const { phrases, definition, physical, begin, stage } = tables
    const { surrogateKey } = definition.housekeeping
    const registry = phrases.table(inferredMembers.spec)
    const isOurs = sql`${phrases.column('dimension', 'i')} = ${tableLabel(physical)}`
    if (surrogateKey === undefined || (await session.query(sql`select 1 from ${registry} i where ${isOurs} ${phrases.firstRows(1)}`)).rows.length === 0) return undefined

    // What went otherwise, with the batch that had inferred it, is waited for no longer.
    await session.query(sql`delete from ${registry} where ${phrases.column('dimension')} = ${tableLabel(physical)} and not exists (select 1 from ${phrases.table(physical)} d where ${phrases.column(surrogateKey, 'd')} = ${registry}.${phrases.column('surrogate_key')})`)
    const columns = physical.columns.map(({ property, name, type }) => ({ property, name, type, notNull: false, identity: false }))
    const aside: TableSpec = { schema: ledgerSchema, name: `${prefix}_inferred`, columns, primaryKey: [], uniques: [], indexes: [], checks: [] }
    const fill = new InferredFill(session, tables, surrogateKey, aside)
    await session.change({ kind: 'create-table', table: aside, unlogged: engine.capabilities.unloggedTables })
    const dawn = tables.instant(dawnOfTime.from)
    const { rowCount } = await session.query(sql`insert into ${phrases.table(aside)} (${fill.columns()}) select ${fill.columns('d')}
      from ${registry} i join ${phrases.table(physical)} d on ${phrases.column(surrogateKey, 'd')} = ${phrases.column('surrogate_key', 'i')}
      where ${isOurs} and ${phrases.column(begin, 'd')} = ${dawn}
        and exists (select 1 from ${phrases.table(stage)} s where ${tables.sameKey('s', 'd')} and ${phrases.column(deletedMarker.name, 's')} is null)
        and not exists (select 1 from ${phrases.table(physical)} o where ${tables.sameKey('o', 'd')} and ${phrases.column(begin, 'o')} <> ${dawn})`)
    if (rowCount === 0) {
      await fill.drop()
      return undefined
    }
    await session.query(sql`delete from ${phrases.table(physical)} where ${fill.isAside(phrases.table(physical))}`)
    return fill
  }

  /** Gives the surrogate keys to the first versions of the members; a placeholder whose member did not come after all stands again. */
  async finish(): Promise<void> {
    const { session, tables, aside } = this
    const { phrases, physical, begin } = tables
    const placeholders = phrases.table(aside)
    const versions = phrases.table(physical)
    const first = sql`(select ${tables.key('x')}, min(${phrases.column(begin, 'x')}) as first_from from ${versions} x join ${placeholders} y on ${tables.sameKey('x', 'y')} group by ${tables.key('x')})`
    await session.query(phrases.updateFrom({
      target: physical,
      alias: 't',
      set: [[this.surrogateKey, phrases.column(this.surrogateKey, 'f')]],
      from: sql`${placeholders} f join ${first} m on ${tables.sameKey('m', 'f')}`,
      where: sql`${tables.sameKey('t', 'f')} and ${phrases.column(begin, 't')} = m.first_from`,
    }))
    const isFilled = sql`exists (select 1 from ${versions} t where ${tables.sameKey('t', 'f')})`
    await session.query(sql`delete from ${phrases.table(inferredMembers.spec)} where ${phrases.column('dimension')} = ${tableLabel(physical)}
      and ${phrases.column('surrogate_key')} in (select ${phrases.column(this.surrogateKey, 'f')} from ${placeholders} f where ${isFilled})`)
    await session.query(sql`insert into ${versions} (${this.columns()}) select ${this.columns('f')} from ${placeholders} f where not ${isFilled}`)
    await this.drop()
  }

  private isAside(versions: SQL): SQL {
    const { phrases, keyNames, begin } = this.tables
    return sql`${phrases.column(begin)} = ${this.tables.instant(dawnOfTime.from)} and exists (select 1 from ${phrases.table(this.aside)} f where ${sql.join(keyNames.map((name) => sql`${phrases.column(name, 'f')} = ${versions}.${phrases.column(name)}`), sql` and `)})`
  }

  private columns(alias?: string): SQL {
    return this.tables.list(this.aside.columns.map((column) => column.name), alias)
  }

  private async drop(): Promise<void> {
    await this.session.change({ kind: 'drop-table', table: this.aside })
  }
}
