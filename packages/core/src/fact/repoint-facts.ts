import { sql, type SQL } from 'drizzle-orm'
import type { LoadContext } from '../batch/batch-contexts.js'
import { rowEncoder } from '../stage/row-encoder.js'
import { VarveError } from '../error/varve-error.js'
import type { ColumnSpec, TableSpec } from '../table/table-spec.js'
import { tableLabel } from '../table/table-spec.js'
import type { ChangedMembers, FactResult } from './fact-counts.js'
import type { FactDefinition, SettledReference } from './fact-definition.js'
import type { FactLoad } from './fact-load.js'
import { asStep, noFacts } from './load-facts.js'
import { lookUpKeys, sameMember } from './look-up-keys.js'
import { settleMembers } from './settle-members.js'

/** Points the facts of some members at the versions valid at their event times. */
export function repointFacts(context: LoadContext, definition: FactDefinition, property: string, members: ChangedMembers): Promise<FactResult> {
  const reference = definition.references.find(({ column }) => column.property === property)
  if (!reference) {
    const known = definition.references.map(({ column }) => column.property).join(', ')
    throw new VarveError('V1009', `${tableLabel(definition.table)}: "${property}" is no surrogate key. Allowed are ${known || 'none, as the fact declares no dimensions'}.`)
  }
  return asStep(context, definition, `: re-pointed by ${property}`, async (load) => {
    const changed = await listMembers(load, reference, members)
    const facts = await load.aside('facts', [definition.partition, ...definition.identity, ...reference.by, reference.at, reference.column].filter((column, at, all) => all.indexOf(column) === at))
    await load.write(sql`insert into ${load.phrases.table(facts)} (${load.list(facts.columns)}) select ${load.list(facts.columns, 't')} from ${load.fact} t join ${load.phrases.table(changed)} m on ${sameMemberKey(load, reference)}`)
    await load.session.refreshStatistics(facts, facts.columns.map((column) => column.name))
    const rows = load.phrases.table(facts)
    const inferred = await settleMembers(load, [reference], sql`${rows} w`, sql`${rows} n`)
    const written = await pointAt(load, reference, facts)
    const [found] = await load.read<{ found: bigint }>(sql`select ${load.phrases.countRows()} as found from ${rows}`)
    await load.drop(facts)
    await load.drop(changed)
    const read = Number(found?.found)
    return { ...noFacts(), read, changed: written, unchanged: read - written, inferred }
  })
}

async function pointAt(load: FactLoad, reference: SettledReference, facts: TableSpec): Promise<number> {
  const { phrases, definition } = load
  const { partition, identity } = definition
  const { joins, keys } = lookUpKeys(load, [reference], () => sql`${phrases.table(facts)} n`)
  const [, key] = keys[0] as readonly [string, SQL] // one for the one reference
  const found = phrases.column('varve_key')
  return load.write(phrases.updateFrom({
    target: definition.table,
    alias: 't',
    set: [[reference.column.name, sql`c.${found}`], ...load.stamps(false)],
    from: sql`(select ${load.list([partition, ...identity], 'w')}, ${load.column(reference.column, 'w')} as varve_former, ${key} as ${found} from ${phrases.table(facts)} w ${joins}) c`,
    where: sql`${load.equal([partition], 't', 'c')} and ${load.sameFact('t', 'c')} and not (${phrases.same(sql`c.${found}`, sql`c.varve_former`)})`,
  }))
}

function sameMemberKey(load: FactLoad, reference: SettledReference): SQL {
  return sameMember(load, reference, 't', 'm')
}

/** The natural keys of the members in question, in a table of their own. */
async function listMembers(load: FactLoad, { dimension }: SettledReference, members: ChangedMembers): Promise<TableSpec> {
  const { phrases } = load
  const columns = dimension.key.map((name): ColumnSpec => ({ ...(dimension.table.columns.find((column) => column.name === name) as ColumnSpec), property: name, notNull: true })) // the key is of the table
  const table = await load.aside('members', columns)
  if ('keys' in members) {
    const encode = rowEncoder(columns)
    const rows = new Map(members.keys.map((key) => {
      const answer = encode(Object.fromEntries(dimension.key.map((name, place) => [name, key[place]])))
      if ('reason' in answer) throw new VarveError('V1009', `${load.label}: (${key.map(String).join(', ')}) is no key of ${tableLabel(dimension.table)}: ${answer.message}.`)
      return [JSON.stringify(answer), answer]
    }))
    await load.session.bulkIn({ ...table, columns }, slices([...rows.values()]))
  } else {
    const stamps = [dimension.openedBy, dimension.closedBy].filter((name) => name !== undefined)
    if (stamps.length === 0) throw new VarveError('V1009', `${load.label}: ${tableLabel(dimension.table)} does not tell which batch opened a version. Name the members by their keys instead.`)
    const batch = phrases.cast(sql`${members.batchId}`, { kind: 'uuid' })
    await load.write(sql`insert into ${phrases.table(table)} (${load.list(columns)}) select distinct ${load.list(columns, 'd')} from ${phrases.table(dimension.table)} d where ${sql.join(stamps.map((name) => sql`${phrases.column(name, 'd')} = ${batch}`), sql` or `)}`)
  }
  await load.session.refreshStatistics(table, dimension.key)
  return table
}

async function* slices<R>(rows: readonly R[]): AsyncGenerator<readonly R[]> {
  yield await Promise.resolve(rows)
}
