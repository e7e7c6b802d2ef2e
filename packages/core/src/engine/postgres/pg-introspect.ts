import type { LogicalType } from '../../table/logical-type.js'
import type { LiveColumn, LiveIndex, LivePartitioning, LiveTable } from '../live-table.js'
import { qualified } from '../ddl.js'
import { pgDdl } from './pg-ddl.js'
import type { PgRunner } from './pg-runner.js'

/** Reads a table's definition from the catalog, or answers nothing where nothing bears its name. Asked for in one go: every batch waits for it. */
export async function introspectPg(runner: PgRunner, schema: string | undefined, name: string): Promise<LiveTable | undefined> {
  const found = await runner.run(catalogQuery, [name, schema ?? null])
  const entry = found.rows[0] as CatalogEntry | undefined
  if (!entry) return undefined
  const kind = kinds[entry.kind] ?? 'type'
  const bare: LiveTable = { schema: entry.schema, name, kind, columns: [], primaryKey: [], constraints: [], indexes: [], partitionedBy: undefined, hasRows: false }
  const columns = entry.columns.map(({ type, ...column }) => ({ ...column, nativeType: type, type: logicalOf(type) }))
  if (kind === 'view') return { ...bare, columns, ...(entry.mark?.startsWith('varve view ') ? { viewMark: entry.mark } : {}) }
  if (kind !== 'table') return bare
  const { rows: some } = await runner.run(`select exists (select 1 from ${qualified(pgDdl, { schema: entry.schema, name })}) as yes`, [])
  return {
    ...bare,
    columns,
    primaryKey: entry.constraints.find(({ type }) => type === 'p')?.columns ?? [],
    constraints: entry.constraints.map((constraint) => constraint.name),
    indexes: entry.indexes,
    partitionedBy: entry.partitioning ?? undefined,
    hasRows: some[0]?.['yes'] === true,
  }
}

/** What the query below answers. */
interface CatalogEntry {
  readonly schema: string
  readonly kind: string
  readonly columns: readonly (Omit<LiveColumn, 'nativeType' | 'type'> & { readonly type: string })[]
  readonly constraints: readonly { readonly name: string; readonly type: string; readonly columns: string[] }[]
  readonly indexes: LiveIndex[]
  readonly partitioning: LivePartitioning | null
  readonly mark: string | null
}

// Lists travel as JSON, since a name may hold any character that could separate them.
const catalogQuery = `
  select n.nspname as schema, c.relkind::text as kind,
         (select coalesce(jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull, 'hasDefault', a.atthasdef,
                                                       'identity', a.attidentity <> '', 'generated', a.attgenerated <> '') order by a.attnum), '[]')
            from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
         (select coalesce(jsonb_agg(jsonb_build_object('name', con.conname, 'type', con.contype::text, 'columns',
                   (select coalesce(jsonb_agg(a.attname order by k.place), '[]') from unnest(con.conkey) with ordinality k(number, place)
                      join pg_catalog.pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.number)) order by con.conname), '[]')
            from pg_catalog.pg_constraint con where con.conrelid = c.oid and con.contype in ('p', 'u', 'c', 'x')) as constraints,
         (select coalesce(jsonb_agg(jsonb_build_object('name', i.relname, 'unique', x.indisunique, 'nullsEqual', x.indnullsnotdistinct, 'partial', x.indpred is not null, 'columns',
                   (select jsonb_agg(case when k.number = 0 then pg_get_indexdef(x.indexrelid, k.place::int, true) else a.attname::text end order by k.place)
                      from unnest(x.indkey::int2[]) with ordinality k(number, place)
                      left join pg_catalog.pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.number
                     where k.place <= x.indnkeyatts)) order by i.relname), '[]')
            from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid where x.indrelid = c.oid and x.indisvalid) as indexes,
         (select jsonb_build_object('by', case p.partstrat when 'l' then 'list' when 'r' then 'range' else 'hash' end, 'columns',
                   (select jsonb_agg(coalesce(a.attname::text, pg_get_partkeydef(p.partrelid)) order by k.place) from unnest(p.partattrs::int2[]) with ordinality k(number, place)
                      left join pg_catalog.pg_attribute a on a.attrelid = p.partrelid and a.attnum = k.number and k.number > 0))
            from pg_catalog.pg_partitioned_table p where p.partrelid = c.oid) as partitioning,
         case when c.relkind = 'v' then obj_description(c.oid, 'pg_class') end as mark
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relname = $1 and n.nspname = coalesce($2, current_schema())`

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
