import { sql } from 'drizzle-orm'
import { VarveError } from '../error/varve-error.js'
import type { StagedRows } from '../stage/stage-rows.js'
import { partitionsOf } from './ensure-partitions.js'
import type { FactLoad } from './fact-load.js'
import { homeless, homelessRows } from './partition-coverage.js'

const valuesInMessage = 5

/**
 * Refuses staged rows that no partition would take, or leaves them out with a finding for each value, and answers how many.
 *
 * @throws VarveError V2006 with the values that have no partition.
 */
export async function settleHomeless(load: FactLoad, staged: StagedRows): Promise<number> {
  const { engine, session, definition, phrases } = load
  const partitions = await partitionsOf(session, definition)
  const nowhere = homeless(engine, definition, partitions)
  if (!nowhere) return 0
  const found = await homelessRows(engine, session, definition, staged, partitions)
  if (found.length === 0) return 0
  const { property, name } = definition.partition
  if (definition.homeless === 'refuse') {
    const shown = found.slice(0, valuesInMessage).map(({ value, rows }) => `${value}: ${rows} ${rows === 1 ? 'row' : 'rows'}`).join('; ')
    throw new VarveError('V2006', `${load.label}: there is no partition for some values of "${property}" (${shown}${found.length > valuesInMessage ? '; …' : ''}). Nothing was written. Make the partitions with ensurePartitions before the batch, or correct the rows.`, { context: { table: load.label, homeless: found } })
  }
  for (const { value, rows } of found) {
    load.find({ check: 'partitions', severity: 'error', column: name, reason: 'no partition', message: `no partition takes "${property}" ${value}, so ${rows} ${rows === 1 ? 'row was' : 'rows were'} left out`, raw: JSON.stringify({ [name]: value, rows }) })
  }
  return load.write(sql`delete from ${phrases.table(staged.table)} where ${nowhere}`)
}
