import type { LogicalType } from '../../table/logical-type.js'
import type { LiveColumn, LiveTable } from '../live-table.js'
import { qualified } from '../ddl.js'
import { pgDdl } from './pg-ddl.js'
import type { PgRunner } from './pg-runner.js'

/** Reads a table's definition from the catalog, or answers nothing where there is no such table. */
export async function introspectPg(runner: PgRunner, schema: string | undefined, name: string): Promise<LiveTable | undefined> {
  const found = await runner.run(
    `select c.oid::text as oid, n.nspname as schema, pg_get_partkeydef(c.oid) as partition_key
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relname = $1 and n.nspname = coalesce($2, current_schema()) and c.relkind in ('r', 'p')`,
    [name, schema ?? null],
  )
  const table = found.rows[0] as { oid: string; schema: string; partition_key: string | null } | undefined
  if (!table) return undefined
  const columns = await runner.run(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as "notNull", a.atthasdef as "hasDefault", a.attidentity <> '' as identity
       from pg_catalog.pg_attribute a where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [table.oid],
  )
  const keys = await runner.run(
    `select con.conname as name, con.contype::text as type,
            (select string_agg(a.attname, ',' order by k.place) from unnest(con.conkey) with ordinality k(number, place)
               join pg_catalog.pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.number) as columns
       from pg_catalog.pg_constraint con where con.conrelid = $1::oid and con.contype in ('p', 'u', 'c', 'x')`,
    [table.oid],
  )
  const indexes = await runner.run(
    `select i.relname as name from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid where x.indrelid = $1::oid`,
    [table.oid],
  )
  const some = await runner.run(`select exists (select 1 from ${qualified(pgDdl, { schema: table.schema, name })}) as yes`, [])
  const constraints = keys.rows as unknown as { name: string; type: string; columns: string | null }[]
  return {
    schema: table.schema,
    name,
    columns: (columns.rows as unknown as { name: string; type: string; notNull: boolean; hasDefault: boolean; identity: boolean }[]).map(
      (column): LiveColumn => ({
        name: column.name,
        nativeType: column.type,
        type: logicalOf(column.type),
        notNull: column.notNull,
        hasDefault: column.hasDefault,
        identity: column.identity,
      }),
    ),
    primaryKey: constraints.find((constraint) => constraint.type === 'p')?.columns?.split(',') ?? [],
    constraints: constraints.map((constraint) => constraint.name),
    indexes: (indexes.rows as unknown as { name: string }[]).map((index) => index.name),
    partitionedBy: table.partition_key === null ? undefined : (/\(([^)]*)\)/.exec(table.partition_key)?.[1]?.replace(/^"|"$/g, '') ?? undefined),
    hasRows: some.rows[0]?.['yes'] === true,
  }
}

const plain: Readonly<Record<string, LogicalType>> = {
  integer: { kind: 'integer' },
  bigint: { kind: 'bigint' },
  text: { kind: 'text' },
  boolean: { kind: 'boolean' },
  'double precision': { kind: 'float' },
  date: { kind: 'date' },
  'timestamp with time zone': { kind: 'timestamp' },
  'timestamp(6) with time zone': { kind: 'timestamp' },
  'time without time zone': { kind: 'time' },
  'time(6) without time zone': { kind: 'time' },
  jsonb: { kind: 'json' },
  uuid: { kind: 'uuid' },
  bytea: { kind: 'binary' },
}

/** The logical type that stands for exactly this type of the server, if there is one. */
export function logicalOf(nativeType: string): LogicalType | undefined {
  const length = /^character varying\((\d+)\)$/.exec(nativeType)
  if (length) return { kind: 'text', length: Number(length[1]) }
  const decimal = /^numeric\((\d+),(\d+)\)$/.exec(nativeType)
  if (decimal) return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) }
  return plain[nativeType]
}
