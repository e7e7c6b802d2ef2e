import { VarveError } from '../error/varve-error.js'
import type { Session } from '../engine/engine.js'
import type { LiveTable } from '../engine/live-table.js'
import { alignTable, diffTable, type TableDiff } from './evolve.js'
import type { SchemaChange } from './schema-change.js'
import { tableLabel, type TableSpec } from './table-spec.js'
import { viewMark, type ViewSpec } from './view-spec.js'

/**
 * Brings views to their declaration: those that are missing are made, those that differ replaced, the others left alone.
 *
 * **Details**
 *
 * A column that is new goes to the end of a view that is there already, since engines replace a view only so, and whatever
 * depends on it lives on. A view that loses a column is dropped and made anew, which the engine refuses while something depends on it.
 *
 * @example
 * ```ts
 * await engine.transaction((tx) => alignViews(tx, [{ schema: 'crm', name: 'open_sites', table: sites.spec, columns: ['site_id', 'name'] }]))
 * ```
 * @throws VarveError V2001 when something else has the name of a view: a table, or a view that was not made here.
 */
export async function alignViews(session: Session, views: readonly ViewSpec[]): Promise<readonly SchemaChange[]> {
  const changes: SchemaChange[] = []
  for (const view of views) changes.push(...diffView(view, await session.introspect(view.schema, view.name)))
  for (const change of changes) await session.change(change)
  return changes
}

/**
 * Brings a table and the views over it to their declaration. Engines widen no column that a view shows: where one is widened, the
 * views are dropped before and made anew behind.
 *
 * @example
 * ```ts
 * await engine.transaction((tx) => alignTableWithViews(tx, sites.spec, views))
 * ```
 * @throws VarveError V2001 with every lossy change, or when something else has the name of a view.
 */
export async function alignTableWithViews(session: Session, table: TableSpec, views: readonly ViewSpec[]): Promise<TableDiff> {
  const diff = diffTable(table, await session.introspect(table.schema, table.name))
  const isWidened = diff.refusals.length === 0 && diff.changes.some((change) => change.kind === 'widen-column')
  if (isWidened) for (const view of views) if (isOurs(await session.introspect(view.schema, view.name))) await session.change({ kind: 'drop-view', view })
  const done = await alignTable(session, table)
  const changes = await alignViews(session, views)
  return { ...done, changes: [...done.changes, ...changes] }
}

/** What brings a live view to its declaration. */
export function diffView(view: ViewSpec, live: LiveTable | undefined): SchemaChange[] {
  if (!live) return [{ kind: 'create-view', view }]
  if (!isOurs(live)) {
    const what = live.kind === 'view' ? 'a view that Varve has not made' : `${live.kind === 'index' ? 'an' : 'a'} ${live.kind}`
    throw new VarveError('V2001', `"${tableLabel(view)}" is ${what}, and would become a view over ${tableLabel(view.table)}. Nothing was changed. Rename it, or drop it by hand.`, { context: { view: tableLabel(view) } })
  }
  const there = live.columns.map((column) => column.name)
  const kept = there.filter((name) => view.columns.includes(name))
  const ordered = { ...view, columns: [...kept, ...view.columns.filter((name) => !kept.includes(name))] }
  if (live.viewMark === viewMark(ordered)) return []
  return kept.length === there.length ? [{ kind: 'create-view', view: ordered }] : [{ kind: 'drop-view', view }, { kind: 'create-view', view }]
}

function isOurs(live: LiveTable | undefined): boolean {
  return live?.kind === 'view' && live.viewMark !== undefined
}
