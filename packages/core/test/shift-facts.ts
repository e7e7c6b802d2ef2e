import { sql } from 'drizzle-orm'
import { alignTable, etlBatch, partitionedFact, t, table, type ChangedMembers, type DimensionShape, type Engine, type FactResult, type PartitionedFact, type ReplaceOptions } from '../src/index.ts'

/** Versions of employees, as a dimension with history keeps them. */
export const employees = table('facts.dim_employee', {
  surrogateKey: t.bigint().identity(),
  employeeId: t.integer().notNull(),
  name: t.text(),
  validFrom: t.timestamp().notNull(),
  validTo: t.timestamp(),
  etlBatchId: t.uuid(),
  closedByBatchId: t.uuid(),
}, { primaryKey: ['employeeId', 'validFrom'], indexes: [{ columns: ['surrogateKey'] }] })

/** The versions as facts know them. */
export const employeeShape: DimensionShape = { table: employees.spec, key: ['employee_id'], surrogateKey: 'surrogate_key', validFrom: 'valid_from', validTo: 'valid_to', openEnd: null, openedBy: 'etl_batch_id', closedBy: 'closed_by_batch_id' }

/** Shifts, cut by their period. */
export const shifts = table('facts.fact_shift', {
  periodId: t.text(10).notNull(),
  shiftId: t.bigint().notNull(),
  employeeId: t.integer(),
  employeeKey: t.bigint(),
  startsAt: t.timestamp().notNull(),
  hours: t.decimal(10, 2),
  rawData: t.json(),
  modifiedOn: t.timestamp().notNull(),
  etlBatchId: t.uuid(),
  updatedAt: t.timestamp(),
}, { primaryKey: ['periodId', 'shiftId'], partitionBy: { list: 'periodId' } })

/** One run of a fact by itself. */
export async function loadFact(fact: PartitionedFact, rows: readonly object[], replace?: ReplaceOptions): Promise<FactResult> {
  let result: FactResult | undefined
  await etlBatch({
    pipeline: 'shifts',
    extract: (context) => fact.stage(context, rows),
    load: async (context, staged) => {
      result = replace ? await fact.replacePartition(context, staged, replace) : await fact.load(context, staged)
    },
  }).run(fact.engine)
  return result as FactResult // the batch has run
}

/** Points facts at other versions, in a batch. */
export async function repointFact(fact: PartitionedFact, column: string, members: ChangedMembers): Promise<FactResult> {
  let result: FactResult | undefined
  await etlBatch({
    pipeline: 'shifts',
    load: async (context) => {
      result = await fact.repoint(context, column, members)
    },
  }).run(fact.engine)
  return result as FactResult // the batch has run
}

/** Makes the dimension with some versions: employee, name, from, to. */
export async function makeEmployees(engine: Engine, versions: readonly (readonly [employee: number, name: string, from: string, to: string | null])[]): Promise<void> {
  await engine.change({ kind: 'drop-table', table: employees.spec })
  await alignTable(engine, employees.spec)
  for (const [employee, name, from, to] of versions) await engine.query(sql`insert into facts.dim_employee (employee_id, name, valid_from, valid_to) values (${employee}, ${name}, ${from}, ${to})`)
}

/** A fresh fact on a database, with partitions. */
export async function freshFact<F extends PartitionedFact>(engine: Engine, factClass: new (engine: Engine) => F, periods: readonly string[]): Promise<F> {
  const fact = new factClass(engine)
  await engine.change({ kind: 'drop-table', table: fact.definition.table })
  await fact.prepare()
  await fact.ensurePartitions(periods)
  return fact
}

/** Shifts that know no dimension. */
export class PlainShifts extends partitionedFact(shifts, { identity: ['shiftId'], batchId: 'etlBatchId', updatedAt: 'updatedAt' }) {}

/** Shifts of which the latest state stands. */
export class SequencedShifts extends partitionedFact(shifts, { identity: ['shiftId'], sequence: 'modifiedOn', batchId: 'etlBatchId', updatedAt: 'updatedAt' }) {}
