import { sql } from 'drizzle-orm'
import type { LoadContext } from '../batch/batch-contexts.js'
import type { StagedRows } from '../stage/stage-rows.js'
import { alignCurrent } from './align-current.js'
import type { RemovalCounts } from './current-counts.js'
import type { CurrentDefinition } from './current-definition.js'
import { CurrentLoad } from './current-load.js'
import { keyForms, sameKey } from './key-forms.js'

/** Deletes the rows whose keys are staged, within the load phase of a batch. */
export async function removeCurrent(context: LoadContext, definition: CurrentDefinition, staged: StagedRows): Promise<RemovalCounts> {
  let counts: RemovalCounts | undefined
  const load = await CurrentLoad.begin(context, definition)
  await context.step(`${load.label}: deletions`, load.label, async () => {
    await alignCurrent(load.session, definition)
    const stage = load.phrases.table(staged.table)
    const keys = await load.count(sql`(select distinct ${load.list(definition.key)} from ${stage}) d`)
    let deleted = 0
    for (const form of await keyForms(load, staged.table)) deleted += await load.write(sql`delete from ${load.table} where exists (select 1 from ${stage} s where ${sameKey(load, form, 's', load.table)})`)
    counts = { read: staged.read, rejected: staged.rejected, duplicate: staged.staged - keys, deleted, unchanged: keys - deleted }
    return counts
  })
  return counts as unknown as RemovalCounts // set by the step, which has ended
}
