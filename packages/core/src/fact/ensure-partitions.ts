import { sql } from 'drizzle-orm'
import type { Engine, Session } from '../engine/engine.js'
import type { LockOptions } from '../engine/lock.js'
import { VarveError } from '../error/varve-error.js'
import { boundText } from '../table/partition-bound.js'
import { tableLabel, type TableSpec } from '../table/table-spec.js'
import { bare, type FactDefinition } from './fact-definition.js'
import type { EnsuredPartitions, FactPartition, Period } from './partition-period.js'
import { partitionName } from './partition-name.js'
import { compareValues, holds, neutralBound, overlaps, periodBound, withinBounds, type NamedBound } from './period-bound.js'

/** The partitions of a fact in the order of their bounds, the one for all others last. */
export async function partitionsOf(session: Session, definition: FactDefinition): Promise<FactPartition[]> {
  const { schema, name } = definition.table
  const partitions = (await session.partitions(schema, name)).map((live): FactPartition => ({ name: live.name, bound: neutralBound(definition, live.bound) }))
  const first = ({ bound }: FactPartition) => (bound.kind === 'list' ? bound.values.find((value) => value !== null) : bound.kind === 'range' ? bound.from : undefined)
  return partitions.toSorted((one, other) => {
    if (one.bound.kind === 'other' || other.bound.kind === 'other') return one.bound.kind === 'other' ? 1 : -1
    const [a, b] = [first(one), first(other)]
    return a === undefined ? -1 : b === undefined ? 1 : compareValues(definition.partition, a, b)
  })
}

/** The lock under which the partitions of a fact are made and removed. */
export function partitionLock({ table }: FactDefinition): string {
  return `partitions of ${tableLabel(table)}`
}

/** Makes the partitions of periods that have none. */
export async function ensurePartitions(engine: Engine, definition: FactDefinition, periods: readonly Period[], options: Pick<LockOptions, 'wait' | 'signal'>): Promise<EnsuredPartitions> {
  const created: string[] = []
  const existing = new Set<string>()
  let adopted = 0
  const wanted = periods.map((period) => periodBound(definition, period))
  if (!engine.capabilities.partitions) return { created, existing: [], adopted }
  await using _lock = await engine.lock(partitionLock(definition), options)
  let live = await partitionsOf(engine, definition)
  for (const bound of wanted) {
    const home = live.find((partition) => holds(definition, partition.bound, bound))
    if (home) {
      if (!created.includes(home.name)) existing.add(home.name)
      continue
    }
    const other = live.find((partition) => overlaps(definition, partition.bound, bound))
    if (other) throw refused(definition, `a partition for ${boundText(bound)} would overlap "${other.name}", which holds ${boundText(other.bound)}. Ask for periods that meet where partitions meet.`)
    const name = partitionName(definition, bound, new Set(live.map((partition) => partition.name)))
    if (await engine.introspect(definition.table.schema, name)) throw refused(definition, `its partition for ${boundText(bound)} would be called "${name}", and so is another table, perhaps a partition that was detached. Rename or drop that one.`)
    adopted += await engine.transaction((transaction) => createPartition(engine, transaction, definition, name, bound, live.find((partition) => partition.bound.kind === 'other')))
    live = [...live, { name, bound }]
    created.push(name)
  }
  return { created, existing: [...existing], adopted }
}

/** Makes one partition; rows of its period that came to the partition for all others move into it. */
async function createPartition({ phrases, capabilities }: Engine, session: Session, definition: FactDefinition, name: string, bound: NamedBound, other: FactPartition | undefined): Promise<number> {
  const { table } = definition
  const create = () => session.change({ kind: 'create-partition', table, name, bound })
  const source = other && phrases.table({ schema: table.schema, name: other.name })
  const isTheirs = withinBounds(definition, phrases, [bound])
  if (!source || (await session.query(sql`select 1 from ${source} where ${isTheirs} ${phrases.firstRows(1)}`)).rows.length === 0) {
    await create()
    return 0
  }
  const aside: TableSpec = { ...bare(table, table.columns), name: `${name}_aside`.slice(0, 60) }
  const columns = sql.join(table.columns.map((column) => phrases.column(column.name)), sql`, `)
  await session.change({ kind: 'create-table', table: aside, unlogged: capabilities.unloggedTables })
  const { rowCount } = await session.query(sql`insert into ${phrases.table(aside)} (${columns}) select ${columns} from ${source} where ${isTheirs}`)
  await session.query(sql`delete from ${source} where ${isTheirs}`)
  await create()
  await session.query(sql`insert into ${phrases.table(table)} (${columns}) select ${columns} from ${phrases.table(aside)}`)
  await session.change({ kind: 'drop-table', table: aside })
  return rowCount
}

function refused({ table }: FactDefinition, what: string): VarveError {
  return new VarveError('V2006', `${tableLabel(table)}: ${what} Nothing of this period was made.`, { context: { table: tableLabel(table) } })
}
