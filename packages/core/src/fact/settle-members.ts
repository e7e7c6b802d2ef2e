import { sql, type SQL } from 'drizzle-orm'
import { VarveError } from '../error/varve-error.js'
import { tableLabel } from '../table/table-spec.js'
import type { FactLoad } from './fact-load.js'
import type { SettledReference } from './fact-definition.js'
import { dawnOfTime, inferredMembers } from './inferred-members.js'
import { lookUpKeys, refers, sameMember } from './look-up-keys.js'

const findingsOfReference = 1000

/**
 * Sees to members that rows refer to and the dimension does not have, before their keys are looked up: makes placeholders, or findings.
 * Answers how many were made.
 *
 * @param rows The rows, called `w`.
 * @param among The same rows, called `n`.
 */
export async function settleMembers(load: FactLoad, references: readonly SettledReference[], rows: SQL, among: SQL): Promise<number> {
  let inferred = 0
  for (const reference of references) {
    if (reference.missing === 'infer') inferred += await inferMembers(load, reference, rows)
    else await findMissing(load, reference, rows)
    if (reference.early === 'find' || reference.gone === 'find') await findOutside(load, reference, rows, among)
  }
  return inferred
}

/** The natural keys that rows refer to, each once, of members that the dimension does not have. */
function missingMembers(load: FactLoad, reference: SettledReference, rows: SQL): SQL {
  const { phrases } = load
  const { by, dimension } = reference
  return sql`from (select ${load.list(by, 'w')}, ${phrases.countRows()} as facts from ${rows} where ${refers(load, reference, 'w')} group by ${load.list(by, 'w')}) k
    where not exists (select 1 from ${phrases.table(dimension.table)} d where ${sameMember(load, reference, 'k', 'd')})`
}

async function inferMembers(load: FactLoad, reference: SettledReference, rows: SQL): Promise<number> {
  const { phrases, batchId } = load
  const { by, dimension } = reference
  const typeOf = (name: string) => dimension.table.columns.find((column) => column.name === name)?.type ?? { kind: 'text' as const }
  const batch = phrases.cast(sql`${batchId}`, { kind: 'uuid' })
  const values: (readonly [string, SQL])[] = [
    ...dimension.key.map((name, place) => [name, phrases.column(by[place]?.name ?? '', 'k')] as const),
    [dimension.validFrom, load.instant(dawnOfTime.from)],
    [dimension.validTo, load.instant(dawnOfTime.to)],
    ...(dimension.openedBy === undefined ? [] : [[dimension.openedBy, batch] as const]),
    ...(dimension.closedBy === undefined ? [] : [[dimension.closedBy, batch] as const]),
    ...Object.entries(dimension.placeholder ?? {}).map(([name, value]) => [name, value === null ? sql`null` : phrases.cast(sql`${value}`, typeOf(name))] as const),
  ]
  const table = phrases.table(dimension.table)
  if ((await load.read(sql`select 1 ${missingMembers(load, reference, rows)} ${phrases.firstRows(1)}`)).length === 0) return 0
  await takeDimensionTurn(load, reference)
  const made = await load.session
    .query(sql`insert into ${table} (${load.list(values.map(([name]) => name))}) select ${sql.join(values.map(([, value]) => value), sql`, `)} ${missingMembers(load, reference, rows)}`)
    .catch((error: unknown) => {
      if (!(error instanceof VarveError) || error.code !== 'V3006') throw error
      throw new VarveError('V3005', `${load.label}: another load has just brought members of ${tableLabel(dimension.table)} that this one was about to infer. The work can be tried again as it is. ${error.message}`, { cause: error, isRetryable: true })
    })
  if (made.rowCount === 0) return 0
  const name = tableLabel(dimension.table)
  // What was made now is what stands at the dawn and is not entered yet.
  await load.write(sql`insert into ${phrases.table(inferredMembers.spec)} (${load.list(['dimension', 'surrogate_key', 'batch_id', 'inferred_at'])})
    select ${phrases.cast(sql`${name}`, { kind: 'text', length: 300 })}, ${phrases.column(dimension.surrogateKey, 'd')}, ${batch}, ${load.instant(load.stamp)}
    from ${table} d join (select distinct ${load.list(by, 'w')} from ${rows} where ${refers(load, reference, 'w')}) k on ${sameMember(load, reference, 'k', 'd')}
    where ${phrases.column(dimension.validFrom, 'd')} = ${load.instant(dawnOfTime.from)} and ${phrases.column(dimension.validTo, 'd')} = ${load.instant(dawnOfTime.to)}
      and not exists (select 1 from ${phrases.table(inferredMembers.spec)} i where ${phrases.column('dimension', 'i')} = ${name} and ${phrases.column('surrogate_key', 'i')} = ${phrases.column(dimension.surrogateKey, 'd')})`)
  return made.rowCount
}

async function takeDimensionTurn({ session, phrases }: FactLoad, { dimension: { takeTurn } }: SettledReference): Promise<void> {
  if (!takeTurn) return
  await session.savepoint((inner) => inner.query(takeTurn(phrases))).catch((error: unknown) => {
    // A dimension that was never loaded has no turns yet, and nobody to wait for.
    if (!(error instanceof VarveError) || error.code !== 'V3013') throw error
  })
}

async function findMissing(load: FactLoad, reference: SettledReference, rows: SQL): Promise<void> {
  const found = await load.read<{ facts: bigint } & Record<string, unknown>>(sql`select ${load.list(reference.by, 'k')}, k.facts ${missingMembers(load, reference, rows)} order by ${load.list(reference.by, 'k')} ${load.phrases.firstRows(findingsOfReference)}`)
  for (const row of found) findMember(load, reference, row, 'unknown member', 'is not known')
}

async function findOutside(load: FactLoad, reference: SettledReference, rows: SQL, among: SQL): Promise<void> {
  const { by, dimension } = reference
  const bare: SettledReference = { ...reference, missing: 'find' } // an unknown key would hide what is not found
  const { joins, keys } = lookUpKeys(load, [bare], () => among)
  const [, key] = keys[0] as readonly [string, SQL] // one for the one reference
  const found = await load.read<{ facts: bigint } & Record<string, unknown>>(sql`select ${load.list(by, 'w')}, ${load.phrases.countRows()} as facts from ${rows} ${joins}
    where ${refers(load, reference, 'w')} and ${key} is null and exists (select 1 from ${load.phrases.table(dimension.table)} d where ${sameMember(load, reference, 'w', 'd')})
    group by ${load.list(by, 'w')} order by ${load.list(by, 'w')} ${load.phrases.firstRows(findingsOfReference)}`)
  for (const row of found) findMember(load, reference, row, 'no version then', 'was not valid at the event time')
}

function findMember(load: FactLoad, { by, column, dimension }: SettledReference, row: { readonly facts: bigint } & Record<string, unknown>, reason: string, what: string): void {
  const member = by.map(({ name }) => `${name}=${String(row[name])}`).join(', ')
  const facts = Number(row.facts)
  load.find({
    check: 'dimensions',
    severity: 'warn',
    column: column.name,
    reason,
    message: `${member} ${what} in ${tableLabel(dimension.table)}; ${facts} ${facts === 1 ? 'fact refers' : 'facts refer'} to it`,
    raw: JSON.stringify({ ...Object.fromEntries(by.map(({ name }) => [name, String(row[name])])), facts }),
  })
}
