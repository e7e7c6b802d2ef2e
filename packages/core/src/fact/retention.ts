import type { Engine } from '../engine/engine.js'
import { VarveError } from '../error/varve-error.js'
import { boundText, type PartitionBound } from '../table/partition-bound.js'
import { tableLabel } from '../table/table-spec.js'
import { partitionLock, partitionsOf } from './ensure-partitions.js'
import type { FactDefinition } from './fact-definition.js'
import { withRows } from './partition-coverage.js'
import type { RetentionPlan, RetentionRule } from './partition-period.js'
import { compareValues, valueText } from './period-bound.js'

/** Finds the partitions that hold nothing from a value on. */
export async function planRetention(engine: Engine, definition: FactDefinition, rule: RetentionRule): Promise<RetentionPlan> {
  const before = valueText(definition, rule.before)
  const old = (await partitionsOf(engine, definition)).filter(({ bound }) => isBefore(definition, bound, before))
  return { ...rule, partitions: await withRows(engine, engine, definition, old) }
}

function isBefore({ partition }: FactDefinition, bound: PartitionBound, before: string): boolean {
  if (bound.kind === 'list') return bound.values.every((value) => value !== null && compareValues(partition, value, before) < 0)
  return bound.kind === 'range' && bound.to !== undefined && compareValues(partition, bound.to, before) <= 0
}

/** Does what a plan says, if its partitions are as they were: all of it, or nothing. */
export async function retain(engine: Engine, definition: FactDefinition, plan: RetentionPlan): Promise<void> {
  const { table } = definition
  await using _lock = await engine.lock(partitionLock(definition))
  await engine.transaction(async (transaction) => {
    const live = await partitionsOf(transaction, definition)
    for (const { name, rows, bound } of plan.partitions) {
      const [now] = await withRows(engine, transaction, definition, live.filter((partition) => partition.name === name && boundText(partition.bound) === boundText(bound)))
      if (now?.rows !== rows) {
        const what = now ? `has ${now.rows} rows, and had ${rows}` : 'is no longer there'
        throw new VarveError('V2006', `${tableLabel(table)}: partition "${name}" ${what} when its end was planned. Nothing was done; plan it once more.`, { context: { table: tableLabel(table), partition: name } })
      }
      await transaction.change({ kind: 'detach-partition', table, name })
      if (plan.action === 'drop') await transaction.change({ kind: 'drop-table', table: { schema: table.schema, name } })
    }
  })
}
