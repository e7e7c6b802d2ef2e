import { sql } from 'drizzle-orm'
import type { LoadContext } from '../batch/batch-contexts.js'
import { noCounts, type StepCounts } from '../batch/step-counts.js'
import { VarveError } from '../error/varve-error.js'
import type { StagedRows } from '../stage/stage-rows.js'
import type { FactCounts, FactResult } from './fact-counts.js'
import type { FactDefinition } from './fact-definition.js'
import { FactLoad } from './fact-load.js'
import type { ReplaceOptions } from './partitioned-fact.js'
import { boundWords, periodBound, withinBounds, type NamedBound } from './period-bound.js'
import { settleDuplicates } from './settle-duplicates.js'
import { settleHomeless } from './settle-homeless.js'
import { writeFacts } from './write-facts.js'

const defaultVanishingShare = 0.5
/** So many facts may always go away: a share of a handful says nothing. */
const handful = 5

/** Writes staged facts; with periods, those of their facts that are not staged go away. */
export function loadFacts(context: LoadContext, definition: FactDefinition, staged: StagedRows, replace?: ReplaceOptions): Promise<FactResult> {
  return asStep(context, definition, replace ? ' by the period' : '', async (load) => {
    const bounds = replace?.periods.map((period) => periodBound(definition, period))
    await load.session.refreshStatistics(staged.table, keyColumns(load))
    const duplicate = await settleDuplicates(load, staged)
    const homeless = await settleHomeless(load, staged)
    const here = staged.staged - duplicate - homeless
    if (replace && bounds) await guard(load, staged, replace, bounds, here)
    const written = await writeFacts(load, staged)
    const deleted = bounds ? await load.write(sql`delete from ${load.fact} ${vanishing(load, staged, bounds)}`) : 0
    return {
      read: staged.read, rejected: staged.rejected + homeless, duplicate, ...written, deleted,
      unchanged: here - written.new - written.changed - written.moved - written.late,
    }
  })
}

/** Deletes the facts whose identities are staged. */
export function deleteFacts(context: LoadContext, definition: FactDefinition, staged: StagedRows): Promise<FactResult> {
  return asStep(context, definition, ': deletions', async (load) => {
    await load.session.refreshStatistics(staged.table, definition.identity.map((column) => column.name))
    const stage = load.phrases.table(staged.table)
    const [distinct] = await load.read<{ found: bigint }>(sql`select ${load.phrases.countRows()} as found from (select distinct ${load.list(definition.identity)} from ${stage}) d`)
    const deleted = await load.write(sql`delete from ${load.fact} where exists (select 1 from ${stage} s where ${sql.join(definition.identity.map(({ name }) => sql`${load.phrases.column(name, 's')} = ${load.fact}.${load.phrases.column(name)}`), sql` and `)})`)
    const keys = Number(distinct?.found)
    return { ...noFacts(), read: staged.read, rejected: staged.rejected, duplicate: staged.staged - keys, unchanged: keys - deleted, deleted }
  })
}

/** Does a write as a step of the batch, and records what it found; `what` follows the fact's name in the name of the step. */
export async function asStep(context: LoadContext, definition: FactDefinition, what: string, work: (load: FactLoad) => Promise<FactCounts>): Promise<FactResult> {
  const load = await FactLoad.begin(context, definition)
  let counts = noFacts()
  await context.step(`${load.label}${what}`, load.label, async () => {
    counts = await work(load)
    return stepCounts(counts)
  })
  for (const finding of load.findings) context.find(finding)
  return { counts, findings: load.findings }
}

/** All counts at 0. */
export function noFacts(): FactCounts {
  return { read: 0, rejected: 0, duplicate: 0, late: 0, new: 0, changed: 0, moved: 0, unchanged: 0, deleted: 0, inferred: 0 }
}

function stepCounts({ read, rejected, duplicate, late, new: added, changed, moved, unchanged, deleted }: FactCounts): StepCounts {
  return { ...noCounts(), read, rejected, duplicate, late, new: added, changed: changed + moved, unchanged, deleted }
}

/** The columns by which staged rows are joined. */
function keyColumns({ definition }: FactLoad): string[] {
  const { identity, partition, references } = definition
  return [...new Set([...identity, partition, ...references.flatMap((reference) => reference.by)].map((column) => column.name))]
}

/** The facts of periods that are not staged, whatever partition their rows name: one that is stored in a later state stays. For the end of a statement about the fact. */
function vanishing(load: FactLoad, staged: StagedRows, bounds: readonly NamedBound[]) {
  const { phrases, definition, fact } = load
  return sql`where ${withinBounds(definition, phrases, bounds)} and not exists (select 1 from ${phrases.table(staged.table)} s where ${sql.join(definition.identity.map(({ name }) => sql`${phrases.column(name, 's')} = ${fact}.${phrases.column(name)}`), sql` and `)})`
}

async function guard(load: FactLoad, staged: StagedRows, replace: ReplaceOptions, bounds: readonly NamedBound[], here: number): Promise<void> {
  const { phrases, definition, fact, label } = load
  const stage = phrases.table(staged.table)
  const count = async (statement: ReturnType<typeof sql>) => Number((await load.read<{ found: bigint }>(statement))[0]?.found)
  const refuse = (what: string, guardName: string | undefined, context: Record<string, unknown>) => {
    throw new VarveError('V2006', `${label}: ${what} Nothing was written.${guardName ? ` If that is how it is, say allow: ['${guardName}'].` : ''}`, { context: { table: label, periods: boundWords(bounds), ...context } })
  }
  const isWithin = withinBounds(definition, phrases, bounds)
  const outside = await count(sql`select ${phrases.countRows()} as found from ${stage} where not ${isWithin}`)
  if (outside > 0) refuse(`${outside} of the staged rows ${outside === 1 ? 'lies' : 'lie'} outside of the periods that are reloaded (${boundWords(bounds)}). Name their periods too, or load those rows by themselves.`, undefined, { outside })
  const allowed = new Set(replace.allow)
  if (!allowed.has('incomplete')) {
    if (replace.expected !== undefined && here < replace.expected) refuse(`the source says that there are ${replace.expected} facts in ${boundWords(bounds)}, but ${here} arrived.`, 'incomplete', { expected: replace.expected, staged: here })
    if (staged.rejected > 0) refuse(`${staged.rejected} of the rows were rejected, and the facts that they stand for would go away.`, 'incomplete', { rejected: staged.rejected })
  }
  if (allowed.has('vanishing')) return
  const stored = await count(sql`select ${phrases.countRows()} as found from ${fact} where ${isWithin}`)
  // A fact that is staged for another of the periods does not go away, it moves.
  const gone = await count(sql`select ${phrases.countRows()} as found from ${fact} t where ${withinBounds(definition, phrases, bounds, 't')} and not exists (select 1 from ${stage} s where ${load.sameFact('s', 't')})`)
  const share = replace.maxVanishingShare ?? defaultVanishingShare
  if (gone > handful && gone > stored * share) refuse(`${gone} of the ${stored} facts in ${boundWords(bounds)} would go away, which is more than ${share * 100} %.`, 'vanishing', { vanishing: gone, stored })
}
