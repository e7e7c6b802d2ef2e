import { sql } from 'drizzle-orm'
import { stageRows, stagingTable, type Engine, type RowSource, type Session, type StageOptions, type TableSpec } from '../src/index.ts'
import type { RejectedRow } from '../src/stage/rejected-row.ts'

/** What came of a source: the rows as the engine holds them, in the order in which they arrived, and those set aside. */
export interface Staged {
  readonly counts: { readonly read: number; readonly staged: number; readonly rejected: number }
  readonly rows: readonly unknown[]
  readonly rejects: readonly RejectedRow[]
}

const undone = new Error('undone')

/** Stages a source into a table of its own, and leaves nothing. */
export async function staged(engine: Engine, spec: TableSpec, source: RowSource<object>, options: StageOptions = {}): Promise<Staged> {
  let answer: Staged | undefined
  await engine.transaction(async (transaction) => {
    answer = await stagedIn(transaction, spec, source, options)
    throw undone
  }).catch((error: unknown) => {
    if (error !== undone) throw error
  })
  return answer as Staged // the transaction ended where it was meant to
}

async function stagedIn(session: Session, spec: TableSpec, source: RowSource<object>, options: StageOptions): Promise<Staged> {
  const address = { schema: 'zoo', name: 'stage_0' }
  await session.change({ kind: 'create-table', table: stagingTable(spec, address) })
  const rejects: RejectedRow[] = []
  const done = await stageRows(session, spec, address, source, { reject: (rows) => Promise.resolve(void rejects.push(...rows)), find: () => Promise.resolve() }, options)
  const { rows } = await session.query(sql`select * from zoo.stage_0 order by ctid`)
  return { counts: { read: done.read, staged: done.staged, rejected: done.rejected }, rows, rejects }
}
