import { sql } from 'drizzle-orm'
import type { Session } from '@varve/core'

/** All that the server knows of a table, a fact a line: two tables are the same when their lines are. */
export async function catalogOf(session: Session, schema: string, name: string): Promise<string[]> {
  const { rows } = await session.query<{ fact: string }>(sql`
    with it as (select c.oid, c.relkind, c.relpersistence from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = ${schema} and c.relname = ${name})
    select 'column ' || a.attnum || ' ' || quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
           || case a.attidentity when '' then '' else ' identity ' || a.attidentity::text end || case a.attgenerated when '' then '' else ' generated ' || a.attgenerated::text end
           || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') || coalesce(' collate ' || a.attcollation::text, '') as fact
      from it join pg_attribute a on a.attrelid = it.oid and a.attnum > 0 and not a.attisdropped left join pg_attrdef d on d.adrelid = it.oid and d.adnum = a.attnum
    union all
    select 'sequence ' || quote_ident(a.attname) || ' ' || s.seqtypid::regtype || ' ' || s.seqstart || ' ' || s.seqincrement || ' ' || s.seqmin || ' ' || s.seqmax || ' ' || s.seqcycle
      from it join pg_attribute a on a.attrelid = it.oid and a.attidentity <> '' join pg_depend p on p.refobjid = it.oid and p.refobjsubid = a.attnum and p.deptype = 'i' join pg_sequence s on s.seqrelid = p.objid
    union all
    select 'constraint ' || quote_ident(con.conname) || ' ' || con.contype::text || ' ' || pg_get_constraintdef(con.oid) from it join pg_constraint con on con.conrelid = it.oid
    union all
    select 'index ' || pg_get_indexdef(x.indexrelid) from it join pg_index x on x.indrelid = it.oid
    union all
    select 'partitions ' || pg_get_partkeydef(it.oid) from it where it.relkind = 'p'
    union all
    select 'kind ' || it.relkind::text || ' ' || it.relpersistence::text from it
    order by 1`)
  return rows.map((row) => row.fact)
}
