import { diffTable, VarveError, type DeduplicationPlan, type Engine, type LiveTable, type Session, type TableSpec } from '@varve/core'
import { strangersAmong } from '../../../warehouse-object/align-objects.js'
import { bookingKey } from '../table/timesheets.js'
import { Timesheets } from '../table/current-tables.js'
import { otcTables } from '../warehouse/align-tables.js'
import { otcObjects } from '../warehouse/otc-objects.js'
import { bookingCleaning, columnConversions, lossOf, type ColumnConversion } from './column-conversions.js'

/** Something that is done once to what an earlier program left. */
export interface OtcMigrationStep {
  /** In words. */
  readonly what: string
  readonly statements: readonly string[]
}

/** What is to be done to what an earlier program left in the schema. */
export interface OtcMigrationPlan {
  readonly steps: readonly OtcMigrationStep[]
  /** What becomes of timesheets that are there several times. */
  readonly duplicates: DeduplicationPlan | undefined
}

/**
 * Of several bookings with one key the one that lies last in the table stays: the earlier program wrote what it read at the end, and a table that it kept
 * has nothing else that tells the later one.
 */
export const keepRule = { latestBy: [], reason: 'another row has the same user, date, time and ticket; the one that lies last in the table was kept' } as const

/** Looks at what is there, and changes nothing. @throws VarveError V2001 with everything that would lose something, or that nobody knows how to bring to its declaration. */
export async function planOtcMigration(engine: Engine, zone: string): Promise<OtcMigrationPlan> {
  const steps: OtcMigrationStep[] = []
  const losses: string[] = []
  for (const { kind, name } of (await strangersAmong(engine, otcObjects(zone))).toReversed()) steps.push(await freePlace(engine, kind, name))
  for (const table of otcTables) {
    const live = await engine.introspect(table.schema, table.name)
    if (!live) continue
    const conversions = live.kind === 'table' ? columnConversions(table, live, zone) : []
    for (const conversion of conversions) {
      const rows = await lossOf(engine, table, conversion)
      if (rows > 0) losses.push(`${table.name}: ${rows} ${rows === 1 ? 'value' : 'values'} of "${conversion.column}" ${conversion.loss?.what}`)
      steps.push({ what: `${table.name}: ${conversion.what}`, statements: conversion.statements })
    }
    losses.push(...diffTable(table, converted(table, live, conversions)).refusals.map((refusal) => `${table.name}: ${refusal}`))
  }
  if (losses.length > 0) throw new VarveError('V2001', `The tables of the earlier program cannot be taken over without losing something: ${losses.join('; ')}. Nothing was changed. Correct these rows and columns, or move them aside.`, { context: { losses } })
  const { cleaning, duplicates } = await planBookings(engine)
  return { steps: [...steps, ...cleaning], duplicates }
}

/** The table as it is once its columns are converted, and its bookings have their key. */
function converted(table: TableSpec, live: LiveTable, conversions: readonly ColumnConversion[]): LiveTable {
  const isSettled = (name: string, what: ColumnConversion['settles']) => conversions.some(({ column, settles }) => column === name && settles === what)
  const columns = live.columns.map((column) => ({
    ...column,
    ...(isSettled(column.name, 'type') && { type: table.columns.find(({ name }) => name === column.name)?.type }),
    ...(isSettled(column.name, 'notNull') && { notNull: true }),
  }))
  const keys = table === Timesheets.definition.table ? table.uniques.map((unique) => ({ ...unique, unique: true, partial: false })) : []
  return { ...live, columns, indexes: [...live.indexes, ...keys] }
}

/** What becomes of bookings that are there: their spelling, and those that are there several times, also by that spelling alone. */
async function planBookings(engine: Engine): Promise<{ readonly cleaning: readonly OtcMigrationStep[]; readonly duplicates: DeduplicationPlan | undefined }> {
  const { table } = Timesheets.definition
  const live = await engine.introspect(table.schema, table.name)
  if (!live) return { cleaning: [], duplicates: undefined }
  const asIs = await new Timesheets(engine).planDeduplication(keepRule)
  const { dirty, statements, duplicates: counted } = bookingCleaning(table, live, bookingKey)
  const count = Number((await engine.query<{ rows: bigint | number }>(dirty)).rows[0]?.rows ?? 0)
  if (count === 0) return { cleaning: [], duplicates: asIs.removed > 0 ? asIs : undefined }
  const { groups, removed } = (await engine.query<Record<'groups' | 'removed', bigint | number | string>>(counted)).rows[0] ?? { groups: 0, removed: 0 }
  return {
    cleaning: [{ what: `timesheets: the logins and times of ${count} ${count === 1 ? 'row' : 'rows'} get their one spelling, without blanks around them, and 09:00 for 9:00`, statements }],
    duplicates: Number(removed) > 0 ? { ...asIs, groups: Number(groups), removed: Number(removed) } : undefined,
  }
}

/** Views and functions can be made anew at any time; a table has rows, and is kept under another name. */
async function freePlace(session: Session, kind: string, name: string): Promise<OtcMigrationStep> {
  const [schema, own = name] = name.split('.')
  const live = kind === 'view' ? await session.introspect(schema, own) : undefined
  if (live?.kind !== 'table') return { what: `${name} of the earlier program makes room`, statements: [`drop ${live?.kind === 'materialized view' ? 'materialized view' : kind} ${name}`] }
  let kept = `${own}_before_varve`
  for (let nth = 2; await session.introspect(schema, kept); nth++) kept = `${own}_before_varve_${nth}`
  return { what: `${name}, a table of the earlier program, is kept as ${schema}.${kept}`, statements: [`alter table ${name} rename to ${kept}`] }
}
