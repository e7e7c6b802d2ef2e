import type { PartitionBound } from '../../table/partition-bound.js'
import type { LivePartition } from '../live-table.js'
import type { PgRunner } from './pg-runner.js'

/** The partitions of a table, from the catalog. */
export async function partitionsOfPg(runner: PgRunner, schema: string | undefined, name: string): Promise<LivePartition[]> {
  const { rows } = await runner.run(
    `select pn.nspname as schema, p.relname as name, pg_get_expr(p.relpartbound, p.oid) as bound
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       join pg_catalog.pg_inherits i on i.inhparent = c.oid
       join pg_catalog.pg_class p on p.oid = i.inhrelid join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
      where c.relname = $1 and n.nspname = coalesce($2, current_schema()) and p.relispartition
      order by p.relname`,
    [name, schema ?? null],
  )
  // The rows have the shape that the statement gives them.
  return (rows as unknown as { schema: string; name: string; bound: string }[]).map(({ bound, ...partition }) => ({ ...partition, bound: readBound(bound) }))
}

/** Reads a bound as the server writes it: `FOR VALUES IN ('a', 1)`, `FOR VALUES FROM ('a') TO (MAXVALUE)`, `DEFAULT`. */
export function readBound(text: string): PartitionBound {
  const list = /^FOR VALUES IN \((.*)\)$/s.exec(text)
  if (list) return { kind: 'list', values: readValues(list[1] as string) }
  const range = /^FOR VALUES FROM \((.*)\) TO \((.*)\)$/s.exec(text)
  if (!range) return { kind: 'other' }
  const end = (part: string, open: string) => (part === open ? undefined : (readValues(part)[0] ?? undefined))
  return { kind: 'range', from: end(range[1] as string, 'MINVALUE'), to: end(range[2] as string, 'MAXVALUE') }
}

function readValues(text: string): (string | null)[] {
  return [...text.matchAll(/'((?:[^']|'')*)'(?:::[a-z ]+)?|([^',\s][^',]*)/g)].map(([, quoted, plain = '']) => (quoted === undefined ? (plain === 'NULL' ? null : plain) : quoted.replaceAll("''", "'")))
}
