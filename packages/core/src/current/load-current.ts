import { sql, type SQL } from 'drizzle-orm'
import type { LoadContext } from '../batch/batch-contexts.js'
import type { Session } from '../engine/engine.js'
import { rawForm } from '../stage/raw-form.js'
import { rowNumber } from '../stage/row-numbering.js'
import type { StagedRows } from '../stage/stage-rows.js'
import type { ColumnSpec, TableSpec } from '../table/table-spec.js'
import { alignCurrent } from './align-current.js'
import type { CurrentCounts } from './current-counts.js'
import type { CurrentDefinition } from './current-definition.js'
import { CurrentLoad } from './current-load.js'
import { isOfForm, keyForms, sameKey, type KeyForm } from './key-forms.js'
import { settleDoubles } from './settle-doubles.js'
import { writeRows, type WrittenRows } from './write-rows.js'

const kind: ColumnSpec = { property: 'varve_found', name: 'varve_found', type: { kind: 'text', length: 7 }, notNull: false, identity: false }
/** From so many on, a planner that guesses is worth telling. */
const manyRows = 10_000

/** Writes staged rows by their key, within the load phase of a batch. */
export async function loadCurrent(context: LoadContext, definition: CurrentDefinition, staged: StagedRows): Promise<CurrentCounts> {
  let counts: CurrentCounts | undefined
  const load = await CurrentLoad.begin(context, definition)
  const { session } = load
  const keyNames = definition.key.map(({ name }) => name)
  await context.step(load.label, load.label, async () => {
    await alignCurrent(session, definition)
    const { table: stage } = staged
    if (staged.staged >= manyRows) await session.refreshStatistics(stage, keyNames)
    const forms = await keyForms(load, stage)
    const duplicate = await settleDoubles(load, stage, forms)
    const isEmpty = !(await load.hasRows(load.table))
    const written = isEmpty
      ? { late: 0, ...(await writeRows(load, stage, async (inner, within) => ({ changed: 0, new: await insert(load, inner, sql`(select * from ${load.phrases.table(stage)} where ${within}) f`) }))) }
      : await writeFound(load, staged, forms)
    if (isEmpty && written.new >= manyRows) await session.refreshStatistics(definition.table, keyNames)
    const { late, new: added, changed, refused } = written
    for (const { rowNumber: place, message, row } of refused) context.find({ check: 'quarantine', severity: 'error', table: load.label, rowNumber: place, reason: 'refused', message: `the database refused the row: ${message}`, raw: rawForm(row) })
    counts = { read: staged.read, rejected: staged.rejected + refused.length, duplicate, new: added, changed, unchanged: staged.staged - duplicate - refused.length - added - changed - late, late }
    return counts
  })
  return counts as unknown as CurrentCounts // set by the step, which has ended
}

async function writeFound(load: CurrentLoad, { table: stage, missing }: StagedRows, forms: readonly KeyForm[]): Promise<WrittenRows & { readonly late: number }> {
  const { phrases, definition: { key, staged, compared } } = load
  // A column that no row of the delivery has says nothing: it stays as it is.
  const isSaid = (column: ColumnSpec) => !missing.includes(column.property)
  const found = await findDifferent(load, stage, forms, compared.filter(isSaid))
  const counts = { new: 0, changed: 0, late: 0 }
  for (const row of await load.read<{ kind: keyof typeof counts; found: bigint }>(sql`select ${load.column(kind)} as kind, ${phrases.countRows()} as found from ${phrases.table(found)} group by ${load.column(kind)}`)) counts[row.kind] = Number(row.found)
  if (counts.new + counts.changed >= manyRows) await load.session.refreshStatistics(found, [kind.name, rowNumber.name, ...key.map(({ name }) => name)])
  const updated = staged.filter((column) => !key.includes(column) && isSaid(column))
  const written = await writeRows(load, found, async (session, within) => {
    const rows = (of: 'new' | 'changed') => sql`(select * from ${phrases.table(found)} where ${load.column(kind)} = ${of} and ${within}) f`
    return {
      changed: counts.changed > 0 ? await update(load, session, forms, updated, rows('changed')) : 0,
      new: counts.new > 0 ? await insert(load, session, rows('new')) : 0,
    }
  })
  await load.drop(found)
  return { ...written, late: counts.late }
}

/** Puts aside what is not as it is stored: unchanged rows cost one comparison. */
async function findDifferent(load: CurrentLoad, stage: TableSpec, forms: readonly KeyForm[], compared: readonly ColumnSpec[]): Promise<TableSpec> {
  const { phrases, definition: { staged, sequence } } = load
  const columns = [rowNumber, ...staged]
  const table = await load.aside('found', [kind, ...columns])
  const isOlder = sequence ? sql`when ${load.column(sequence, 't')} > ${load.column(sequence, 's')} or (${load.column(sequence, 's')} is null and ${load.column(sequence, 't')} is not null) then 'late'` : sql``
  for (const form of forms) {
    // That there is a stored row is told by a column which is never NULL in it; where the whole key is, one is made for that.
    const [told] = form.filled
    const stored = told ? sql`${load.table} t` : sql`(select u.*, 1 as varve_there from ${load.table} u) t`
    await load.write(sql`insert into ${phrases.table(table)} (${load.list([kind, ...columns])}) select ${load.list([kind, ...columns], 'f')} from (
      select ${load.list(columns, 's')}, case
        when ${told ? load.column(told, 't') : sql`t.varve_there`} is null then 'new'
        ${isOlder}
        when ${load.same(compared, 's', 't')} then 'same'
        else 'changed' end as ${load.column(kind)}
      from ${phrases.table(stage)} s left join ${stored} on ${sameKey(load, form, 't', 's')} where ${isOfForm(load, form, 's')}
    ) f where f.${load.column(kind)} <> 'same'`)
  }
  return table
}

/** Updates stored rows from others, called `f`. */
async function update(load: CurrentLoad, session: Session, forms: readonly KeyForm[], columns: readonly ColumnSpec[], rows: SQL): Promise<number> {
  const set = [...columns.map((column) => [column.name, load.column(column, 'f')] as const), ...load.stamps(false)]
  let updated = 0
  for (const form of forms) {
    updated += await load.write(load.phrases.updateFrom({ target: load.definition.table, alias: 't', set, from: rows, where: sql`${isOfForm(load, form, 'f')} and ${sameKey(load, form, 't', 'f')}` }), session)
  }
  return updated
}

/** Inserts rows, called `f`. */
function insert(load: CurrentLoad, session: Session, rows: SQL): Promise<number> {
  const { staged } = load.definition
  const stamps = load.stamps(true)
  const names = sql.join([...staged.map((column) => load.column(column)), ...stamps.map(([name]) => load.phrases.column(name))], sql`, `)
  const values = sql.join([load.list(staged, 'f'), ...stamps.map(([, value]) => value)], sql`, `)
  return load.write(sql`insert into ${load.table} (${names}) select ${values} from ${rows}`, session)
}
