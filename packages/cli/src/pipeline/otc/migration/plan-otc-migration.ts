import { VarveError, type DeduplicationPlan, type Engine, type Session } from '@varve/core'
import { strangersAmong } from '../../../warehouse-object/align-objects.js'
import { bookingKey } from '../table/timesheets.js'
import { Timesheets } from '../table/current-tables.js'
import { otcTables } from '../warehouse/align-tables.js'
import { otcObjects } from '../warehouse/otc-objects.js'
import { columnConversions, lossOf, textCleaning } from './column-conversions.js'

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

/** Looks at what is there, and changes nothing. @throws VarveError V2001 with everything that would lose something. */
export async function planOtcMigration(engine: Engine, zone: string): Promise<OtcMigrationPlan> {
  const steps: OtcMigrationStep[] = []
  const losses: string[] = []
  for (const { kind, name } of (await strangersAmong(engine, otcObjects(zone))).toReversed()) steps.push(await freePlace(engine, kind, name))
  for (const table of otcTables) {
    const live = await engine.introspect(table.schema, table.name)
    if (live?.kind !== 'table') continue
    for (const conversion of columnConversions(table, live, zone)) {
      const rows = await lossOf(engine, table, conversion)
      if (rows > 0) losses.push(`${table.name}: ${rows} ${rows === 1 ? 'value' : 'values'} of "${conversion.column}" ${conversion.loss?.what}`)
      steps.push({ what: `${table.name}: ${conversion.what}`, statements: conversion.statements })
    }
  }
  if (losses.length > 0) throw new VarveError('V2001', `The tables of the earlier program cannot be taken over without losing something: ${losses.join('; ')}. Nothing was changed. Correct these rows, or move them aside.`, { context: { losses } })
  const { table } = Timesheets.definition
  const isThere = (await engine.introspect(table.schema, table.name))?.kind === 'table'
  if (!isThere) return { steps, duplicates: undefined }
  const { dirty, statements } = textCleaning(table, table.columns.filter(({ property }) => (bookingKey as readonly string[]).includes(property)))
  const { rows: [first] } = await engine.query<{ rows: bigint | number }>(dirty)
  const count = Number(first?.rows ?? 0)
  if (count > 0) steps.push({ what: `timesheets: the texts of the key of ${count} ${count === 1 ? 'row' : 'rows'} lose the blanks around them`, statements })
  const duplicates = await new Timesheets(engine).planDeduplication(keepRule)
  return { steps, duplicates: duplicates.removed > 0 ? duplicates : undefined }
}

/** Views and functions can be made anew at any time; a table has rows, and is kept under another name. */
async function freePlace(session: Session, kind: string, name: string): Promise<OtcMigrationStep> {
  const [schema, own = name] = name.split('.')
  const live = kind === 'view' ? await session.introspect(schema, own) : undefined
  if (live?.kind !== 'table') return { what: `${name} of the earlier program makes room`, statements: [`drop ${live?.kind === 'materialized view' ? 'materialized view' : kind} ${name}`] }
  const kept = `${own}_before_varve`
  return { what: `${name}, a table of the earlier program, is kept as ${schema}.${kept}`, statements: [`alter table ${name} rename to ${kept}`] }
}
