import { sql } from 'drizzle-orm'
import { etlBatch, VarveError, type DeduplicationOutcome, type Engine, type Logger, type Transaction } from '@varve/core'
import { alignObjects } from '../../../warehouse-object/align-objects.js'
import { Timesheets } from '../table/current-tables.js'
import { otcName } from '../view-batch.js'
import { alignTables } from '../warehouse/align-tables.js'
import { otcObjects } from '../warehouse/otc-objects.js'
import { keepRule, planOtcMigration, type OtcMigrationPlan, type OtcMigrationStep } from './plan-otc-migration.js'

/** Types and duplicates are settled by then, each in a batch of its own: what is left is for a person. */
const correctRows = 'Correct these rows, and run the migration again: what it has done so far stays'

/** What was done. */
export interface OtcMigrationOutcome extends Pick<OtcMigrationPlan, 'steps'> {
  readonly duplicates: DeduplicationOutcome | undefined
}

/**
 * Takes over the tables of an earlier program, or makes them: columns get their types, duplicates of timesheets go to an archive, then come the constraints, and
 * the views. Each part is a batch, so what was interrupted goes on when it is run again; a second time changes nothing.
 *
 * @throws VarveError V2001 when something would be lost; nothing is changed then.
 */
export async function migrateOtc(engine: Engine, zone: string, options: { readonly signal?: AbortSignal; readonly log?: Logger } = {}): Promise<OtcMigrationOutcome> {
  const { steps, duplicates } = await planOtcMigration(engine, zone)
  if (steps.length > 0) {
    await etlBatch({
      pipeline: otcName,
      type: 'migrate columns',
      metadata: { steps: steps.map(({ what }) => what) },
      load: async ({ transaction }) => {
        for (const step of steps) await take(transaction, step)
      },
    }).run(engine, options)
  }
  const done = duplicates ? await new Timesheets(engine).deduplicate({ ...keepRule, ...options }) : undefined
  await etlBatch({
    pipeline: otcName,
    type: 'migrate',
    load: async ({ transaction }) => {
      await alignTables(transaction, correctRows)
      await alignObjects(transaction, otcObjects(zone))
    },
  }).run(engine, options)
  return { steps, duplicates: done }
}

async function take(transaction: Transaction, { what, statements }: OtcMigrationStep): Promise<void> {
  try {
    for (const statement of statements) await transaction.query(sql.raw(statement))
  } catch (error) {
    if (!(error instanceof VarveError) || error.isRetryable || error.code === 'V5001') throw error
    throw new VarveError('V2001', `The tables of the earlier program cannot be taken over: ${what}, but the database refuses it (${error.message}). Nothing was changed. Where a view of yours stands on the table, drop it, run this again, and make it anew.`, { cause: error, context: { step: what } })
  }
}
