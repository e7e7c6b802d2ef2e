import type { LogicalType } from '../../table/logical-type.js'
import type { LiveColumn, LiveIndex, LivePartitioning, LiveTable } from '../live-table.js'
import { qualified } from '../ddl.js'
import { pgDdl } from './pg-ddl.js'
import type { PgRunner } from './pg-runner.js'

/** Reads a table's definition from the catalog, or answers nothing where nothing bears its name. */
export async function introspectPg(runner: PgRunner, schema: string | undefined, name: string): Promise<LiveTable | undefined> {
  const found = await runner.run(
    `select c.oid::text as oid, n.nspname as schema, c.relkind::text as kind
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relname = $1 and n.nspname = coalesce($2, current_schema())`,
    [name, schema ?? null],
  )
  const table = found.rows[0] as { oid: string; schema: string; kind: string } | undefined
  if (!table) return undefined
  const kind = kinds[table.kind] ?? 'type'
  const bare: LiveTable = { schema: table.schema, name, kind, columns: [], primaryKey: [], constraints: [], indexes: [], partitionedBy: undefined, hasRows: false }
  if (kind === 'view') return { ...bare, columns: await columnsOf(runner, table.oid), ...(await markOf(runner, table.oid)) }
  if (kind !== 'table') return bare
  // Lists of names travel as JSON, since a name may hold any character that could separate them.
  const { rows: constraints } = await runner.run(
    `select con.conname as name, con.contype::text as type,
            (select coalesce(jsonb_agg(a.attname order by k.place), '[]') from unnest(con.conkey) with ordinality k(number, place)
               join pg_catalog.pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.number) as columns
       from pg_catalog.pg_constraint con where con.conrelid = $1::oid and con.contype in ('p', 'u', 'c', 'x') order by con.conname`,
    [table.oid],
  )
  const { rows: indexes } = await runner.run(
    `select i.relname as name, x.indisunique as unique, x.indnullsnotdistinct as "nullsEqual", x.indpred is not null as partial,
            (select jsonb_agg(case when k.number = 0 then pg_get_indexdef(x.indexrelid, k.place::int, true) else a.attname::text end order by k.place)
               from unnest(x.indkey::int2[]) with ordinality k(number, place)
               left join pg_catalog.pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.number
              where k.place <= x.indnkeyatts) as columns
       from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid where x.indrelid = $1::oid and x.indisvalid order by i.relname`,
    [table.oid],
  )
  const { rows: partitioning } = await runner.run(
    `select case p.partstrat when 'l' then 'list' when 'r' then 'range' else 'hash' end as by,
            (select jsonb_agg(coalesce(a.attname::text, pg_get_partkeydef(p.partrelid)) order by k.place) from unnest(p.partattrs::int2[]) with ordinality k(number, place)
               left join pg_catalog.pg_attribute a on a.attrelid = p.partrelid and a.attnum = k.number and k.number > 0) as columns
       from pg_catalog.pg_partitioned_table p where p.partrelid = $1::oid`,
    [table.oid],
  )
  const { rows: some } = await runner.run(`select exists (select 1 from ${qualified(pgDdl, { schema: table.schema, name })}) as yes`, [])
  // The rows have the shapes that the statements above give them.
  const keys = constraints as unknown as { name: string; type: string; columns: string[] }[]
  return {
    ...bare,
    columns: await columnsOf(runner, table.oid),
    primaryKey: keys.find((key) => key.type === 'p')?.columns ?? [],
    constraints: keys.map((key) => key.name),
    indexes: indexes as unknown as LiveIndex[],
    partitionedBy: partitioning[0] as unknown as LivePartitioning | undefined,
    hasRows: some[0]?.['yes'] === true,
  }
}

async function columnsOf(runner: PgRunner, oid: string): Promise<LiveColumn[]> {
  const { rows } = await runner.run(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as "notNull", a.atthasdef as "hasDefault",
            a.attidentity <> '' as identity, a.attgenerated <> '' as generated
       from pg_catalog.pg_attribute a where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [oid],
  )
  // The rows have the shape that the statement gives them.
  return (rows as unknown as (Omit<LiveColumn, 'nativeType' | 'type'> & { readonly type: string })[]).map(({ type, ...column }) => ({ ...column, nativeType: type, type: logicalOf(type) }))
}

async function markOf(runner: PgRunner, oid: string): Promise<Pick<LiveTable, 'viewMark'>> {
  const { rows } = await runner.run(`select obj_description($1::oid, 'pg_class') as mark`, [oid])
  const mark = rows[0]?.['mark']
  return typeof mark === 'string' && mark.startsWith('varve view ') ? { viewMark: mark } : {}
}

const kinds: Readonly<Record<string, LiveTable['kind']>> = {
  r: 'table',
  p: 'table',
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
  S: 'sequence',
  i: 'index',
  I: 'index',
}

const plain: Readonly<Record<string, LogicalType>> = {
  integer: { kind: 'integer' },
  bigint: { kind: 'bigint' },
  text: { kind: 'text' },
  'character varying': { kind: 'text' }, // without a length the two are the same
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
