import { sql, type SQL } from 'drizzle-orm'
import type { Session } from '../engine/engine.js'
import type { LiveTable } from '../engine/live-table.js'
import type { Phrases } from '../engine/phrases.js'
import { VarveError } from '../error/varve-error.js'
import { objectName } from '../table/object-name.js'
import { tableLabel, type ColumnSpec, type TableSpec } from '../table/table-spec.js'
import type { CurrentDefinition } from './current-definition.js'

/** Which of several rows with one key stays. */
export interface KeepRule {
  /**
   * Columns by which the latest row is told, the first of them first: the highest stays, and NULL is lower than anything. A column is named by its property,
   * or, where the declaration does not have it, by its name in the database. Of rows that are the same by these, the one that lies last in the table stays.
   * @defaultValue the sequence, where there is one
   */
  readonly latestBy?: readonly string[] | undefined
  /** Kept with each row that is moved aside. @defaultValue the rule in words */
  readonly reason?: string | undefined
}

/** A key that several rows have. */
export interface DuplicateSample {
  readonly kept: Readonly<Record<string, unknown>>
  readonly removed: readonly Readonly<Record<string, unknown>>[]
}

/** What a clean-up of duplicates would do. */
export interface DeduplicationPlan {
  /** How many rows the table has. */
  readonly rows: number
  /** How many keys have several rows. */
  readonly groups: number
  /** How many rows would be moved aside. */
  readonly removed: number
  /** The rule in words. */
  readonly keeps: string
  /** Where the rows would go. */
  readonly archive: string
  /** A few of the keys, each with a few of its rows by column name. */
  readonly sample: readonly DuplicateSample[]
}

const shownGroups = 5
const shownRows = 5

/** What a table and its rule come to: the statements of a clean-up. */
export class Deduplication {
  readonly archive: Pick<TableSpec, 'schema' | 'name'>
  readonly keeps: string
  readonly reason: string
  private readonly order: readonly string[]
  private readonly phrases: Phrases

  constructor(phrases: Phrases, private readonly definition: CurrentDefinition, private readonly live: LiveTable, rule: KeepRule) {
    this.phrases = phrases
    const { table, key, sequence } = definition
    this.archive = { schema: table.schema, name: objectName([table.name, 'duplicates']) }
    const named = (name: string) => table.columns.find((column) => column.property === name)?.name ?? name
    this.order = (rule.latestBy ?? (sequence ? [sequence.property] : [])).map(named)
    for (const name of [...key.map((column) => column.name), ...this.order]) {
      if (live.columns.some((column) => column.name === name)) continue
      throw new VarveError('V1009', `${tableLabel(table)} has no column "${name}" to tell duplicates by. Its columns are ${live.columns.map((column) => column.name).join(', ')}.`, { context: { table: tableLabel(table), column: name } })
    }
    this.keeps = this.order.length > 0 ? `the highest ${this.order.map((name) => `"${name}"`).join(', then ')}, and of those the row that lies last in the table` : 'the row that lies last in the table'
    this.reason = rule.reason ?? `another row has the same key; kept was ${this.keeps}`
  }

  /** What would be done. */
  async plan(session: Session): Promise<DeduplicationPlan> {
    const counts = await this.count(session)
    return { ...counts, keeps: this.keeps, archive: tableLabel(this.archive), sample: counts.groups > 0 ? await this.sample(session) : [] }
  }

  /** How many rows there are, and how many of them are one too many. */
  async count(session: Session): Promise<Pick<DeduplicationPlan, 'rows' | 'groups' | 'removed'>> {
    const { phrases } = this
    const number = (value: SQL) => phrases.cast(value, { kind: 'bigint' }) // a sum may be of a type that is read as a text
    const { rows } = await session.query<Record<'found' | 'groups' | 'removed', bigint | null>>(
      sql`select ${number(sql`sum(g.varve_rows)`)} as found, ${number(sql`sum(case when g.varve_rows > 1 then 1 else 0 end)`)} as groups, ${number(sql`sum(g.varve_rows - 1)`)} as removed from (${this.grouped()}) g`,
    )
    const [first] = rows
    return { rows: Number(first?.found ?? 0), groups: Number(first?.groups ?? 0), removed: Number(first?.removed ?? 0) }
  }

  /** Moves all rows but one of each key into the archive, and answers how many went. */
  async run(session: Session, batchId: string, at: string): Promise<number> {
    const { phrases, definition: { table } } = this
    await this.makeArchive(session)
    const place = phrases.rowPlace('t')
    const { rowCount } = await session.query(phrases.moveRows({
      from: table,
      alias: 't',
      to: this.archive,
      columns: this.live.columns.map((column) => column.name),
      set: [
        [removedAt.name, phrases.cast(sql`${at}`, removedAt.type)],
        [removedBy.name, phrases.cast(sql`${batchId}`, removedBy.type)],
        [removedReason.name, phrases.cast(sql`${this.reason}`, removedReason.type)],
      ],
      where: sql`${place} in (select r.place from (select ${phrases.rowPlace('u')} as place, ${this.rank('u')} as varve_rank from ${this.table} u) r where r.varve_rank > 1)`,
    }))
    return rowCount
  }

  /** Gives the table the key that its declaration has, where it lacks it. An old constraint on the same columns to which two NULLs are different stays beside it. */
  async addKey(session: Session): Promise<void> {
    const { live, definition: { table, key } } = this
    const isKey = (columns: readonly string[]) => columns.length === key.length && key.every(({ name }) => columns.includes(name))
    if (isKey(table.primaryKey)) {
      if (live.primaryKey.length === 0) await session.change({ kind: 'add-primary-key', table })
      return
    }
    const mayBeNull = key.some((column) => !column.notNull)
    const unique = table.uniques.find(({ columns, nullsEqual }) => isKey(columns) && (nullsEqual || !mayBeNull))
    if (!unique || live.indexes.some((index) => index.unique && !index.partial && isKey(index.columns) && (index.nullsEqual || !mayBeNull))) return
    const isTaken = live.indexes.some(({ name }) => name === unique.name)
    await session.change({ kind: 'add-unique', table, unique: isTaken ? { ...unique, name: objectName([table.name, 'current', ...unique.columns, 'key']) } : unique })
  }

  private get table(): SQL {
    return this.phrases.table(this.definition.table)
  }

  private keys(alias?: string): SQL {
    return sql.join(this.definition.key.map((column) => this.phrases.column(column.name, alias)), sql`, `)
  }

  /** The place of a row among those with its key: 1 stays. */
  private rank(alias: string): SQL {
    const { phrases } = this
    const order = this.order.flatMap((name) => [sql`case when ${phrases.column(name, alias)} is null then 1 else 0 end`, sql`${phrases.column(name, alias)} desc`])
    return sql`row_number() over (partition by ${this.keys(alias)} order by ${sql.join([...order, sql`${phrases.rowPlace(alias)} desc`], sql`, `)})`
  }

  /** How many rows each key has. */
  private grouped(): SQL {
    return sql`select ${this.keys()}, ${this.phrases.countRows()} as varve_rows from ${this.table} group by ${this.keys()}`
  }

  private async sample(session: Session): Promise<DuplicateSample[]> {
    const { phrases, definition: { key } } = this
    const sameKey = sql.join(key.map(({ name }) => phrases.same(phrases.column(name, 'u'), phrases.column(name, 'd'))), sql` and `)
    const shown = sql`select * from (${this.grouped()}) g where g.varve_rows > 1 order by ${this.keys('g')} ${phrases.firstRows(shownGroups)}`
    const ranked = sql`select u.*, ${this.rank('u')} as varve_rank from ${this.table} u join (${shown}) d on ${sameKey}`
    const { rows } = await session.query(sql`select r.* from (${ranked}) r where r.varve_rank <= ${shownRows} order by ${this.keys('r')}, r.varve_rank`)
    const samples: { kept: Record<string, unknown>; removed: Record<string, unknown>[] }[] = []
    for (const { varve_rank: rank, ...row } of rows) {
      if (Number(rank) === 1) samples.push({ kept: row, removed: [] })
      else samples.at(-1)?.removed.push(row)
    }
    return samples
  }

  /** The archive has every column that the table has, and says when, by which batch and why a row came there. */
  private async makeArchive(session: Session): Promise<void> {
    const { archive, live } = this
    const found = await session.introspect(archive.schema, archive.name)
    const spec: TableSpec = { ...archive, columns: [], primaryKey: [], uniques: [], indexes: [], checks: [] }
    if (!found) {
      await session.change({ kind: 'create-like', table: archive, like: this.definition.table })
      for (const column of [removedAt, removedBy, removedReason]) await session.change({ kind: 'add-column', table: spec, column })
      return
    }
    for (const { name, nativeType, type } of live.columns) {
      if (found.columns.some((column) => column.name === name)) continue
      if (!type) throw new VarveError('V2001', `${tableLabel(archive)} lacks the column "${name}" of type ${nativeType}, which cannot be added by itself. Add it, or rename the archive so that a new one is made. Nothing was removed.`, { context: { table: tableLabel(archive), column: name } })
      await session.change({ kind: 'add-column', table: spec, column: { property: name, name, type, notNull: false, identity: false } })
    }
  }
}

const removedAt: ColumnSpec = { property: 'removedAt', name: 'removed_at', type: { kind: 'timestamp' }, notNull: false, identity: false }
const removedBy: ColumnSpec = { property: 'removedByBatchId', name: 'removed_by_batch_id', type: { kind: 'uuid' }, notNull: false, identity: false }
const removedReason: ColumnSpec = { property: 'removedReason', name: 'removed_reason', type: { kind: 'text' }, notNull: false, identity: false }
