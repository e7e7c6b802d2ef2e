import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { t } from '../../table/column.js'
import { diffTable } from '../../table/evolve.js'
import type { SchemaChange } from '../../table/schema-change.js'
import type { TableSpec } from '../../table/table-spec.js'
import { table } from '../../table/table.js'
import { ddlStatements } from '../ddl.js'
import { inlineExpression, mssqlDdl } from './mssql-ddl.js'

const ddl = (change: SchemaChange) => ddlStatements(mssqlDdl, change)

const people = table('crm.people', {
  id: t.bigint().identity(),
  name: t.text(100).notNull(),
  email: t.text(200),
  phone: t.text(50),
  isCurrent: t.boolean().notNull().default(true),
  note: t.text().default("o'Hara – Zürich"),
  score: t.decimal(38, 10).default('-12345678901234567890.5'),
  seenAt: t.timestamp().defaultGenerated(),
  since: t.timestamp().default('2025-03-31T12:00:00.5+02:00'),
  ref: t.uuid().defaultGenerated(),
  raw: t.binary().default(new Uint8Array([1, 255])),
  tags: t.json<string>().default('plain'),
}, {
  primaryKey: ['id'],
  unique: [
    { columns: ['name'] },
    { columns: ['email', 'phone'] },
    { columns: ['email'], nullsEqual: true },
    { columns: ['phone'], where: (c) => sql`${c.isCurrent} = ${true}` },
    { columns: ['name', 'phone'], where: (c) => sql`${c.isCurrent} = ${true}`, nullsEqual: true },
  ],
  indexes: [{ columns: ['seenAt'] }],
  checks: { not_both: (c) => sql`${c.email} is null or ${c.isCurrent} = ${false}` },
})
const column = (name: string) => {
  const found = people.spec.columns.find((candidate) => candidate.name === name)
  if (!found) throw new Error(name)
  return found
}

describe('the DDL of SQL Server', () => {
  it('makes a table, each column with its nullability and each default with its name', () => {
    expect(diffTable(people.spec, undefined).changes.flatMap(ddl)).toEqual([
      "if schema_id(N'crm') is null exec(N'create schema [crm]')",
      `create table [crm].[people] (
  [id] bigint identity(1, 1) not null,
  [name] nvarchar(100) not null,
  [email] nvarchar(200) null,
  [phone] nvarchar(50) null,
  [is_current] bit not null constraint [people_is_current_default] default 1,
  [note] nvarchar(max) null constraint [people_note_default] default N'o''Hara – Zürich',
  [score] decimal(38, 10) null constraint [people_score_default] default -12345678901234567890.5000000000,
  [seen_at] datetime2(6) null constraint [people_seen_at_default] default sysutcdatetime(),
  [since] datetime2(6) null constraint [people_since_default] default N'2025-03-31T10:00:00.500',
  [ref] uniqueidentifier null constraint [people_ref_default] default newid(),
  [raw] varbinary(max) null constraint [people_raw_default] default 0x01ff,
  [tags] nvarchar(max) null constraint [people_tags_default] default N'"plain"',
  constraint [people_pkey] primary key ([id]),
  constraint [people_name_key] unique ([name]),
  constraint [people_email_key] unique ([email]),
  constraint [people_not_both] check ([email] is null or [is_current] = 0)
)`,
      // A unique constraint would hold two NULLs for equal.
      'create unique index [people_email_phone_key] on [crm].[people] ([email], [phone]) where [email] is not null and [phone] is not null',
      'create unique index [people_phone_key] on [crm].[people] ([phone]) where ([is_current] = 1) and ([phone] is not null)',
      'create unique index [people_name_phone_key] on [crm].[people] ([name], [phone]) where [is_current] = 1',
      'create index [people_seen_at_idx] on [crm].[people] ([seen_at])',
    ])
  })

  it.each<[what: string, change: SchemaChange, statement: string]>([
    ['a nullable column with a default, which fills the rows that are there', { kind: 'add-column', table: people.spec, column: column('note') }, "alter table [crm].[people] add [note] nvarchar(max) null constraint [people_note_default] default N'o''Hara – Zürich' with values"],
    ['a column that is not null', { kind: 'add-column', table: people.spec, column: column('is_current') }, 'alter table [crm].[people] add [is_current] bit not null constraint [people_is_current_default] default 1'],
    ['a column without a default', { kind: 'add-column', table: people.spec, column: column('phone') }, 'alter table [crm].[people] add [phone] nvarchar(50) null'],
    ['a wider column', { kind: 'widen-column', table: people.spec, column: column('name'), from: { kind: 'text', length: 50 } }, 'alter table [crm].[people] alter column [name] nvarchar(100) not null'],
    ['a column that may now be NULL', { kind: 'allow-null', table: people.spec, column: column('email') }, 'alter table [crm].[people] alter column [email] nvarchar(200) null'],
    ['a default', { kind: 'set-default', table: people.spec, column: column('is_current') }, 'alter table [crm].[people] add constraint [people_is_current_default] default 1 for [is_current]'],
    ['a primary key', { kind: 'add-primary-key', table: people.spec }, 'alter table [crm].[people] add constraint [people_pkey] primary key ([id])'],
    ['a unique constraint', { kind: 'add-unique', table: people.spec, unique: { name: 'u', columns: ['email'], nullsEqual: true } }, 'alter table [crm].[people] add constraint [u] unique ([email])'],
    ['a unique key in which NULLs differ', { kind: 'add-unique', table: people.spec, unique: { name: 'u', columns: ['email', 'name'], nullsEqual: false } }, 'create unique index [u] on [crm].[people] ([email], [name]) where [email] is not null'],
    ['a check', { kind: 'add-check', table: people.spec, check: { name: 'c', condition: sql`${sql.identifier('score')} > ${-1}` } }, 'alter table [crm].[people] add constraint [c] check ([score] > (-1))'],
    ['a dropped table', { kind: 'drop-table', table: people.spec }, 'drop table if exists [crm].[people]'],
    ['a view', { kind: 'create-view', view: { schema: 'crm', name: "o'pen]", table: people.spec, columns: ['id', 'name'], where: sql`${sql.identifier('note')} = ${"o'x"}` } }, "create or alter view [crm].[o'pen]]] as /* varve view a1f4fabaffac666b45b050a8c4db1d28 */ select [id], [name] from [crm].[people] where [note] = N'o''x'"],
    ['a view of all rows', { kind: 'create-view', view: { schema: undefined, name: 'v', table: { schema: undefined, name: 't' }, columns: ['id'] } }, 'create or alter view [v] as /* varve view 0274b9a294b439e545e7ddacb504d854 */ select [id] from [t]'],
    ['a dropped view', { kind: 'drop-view', view: { schema: 'crm', name: 'v' } }, 'drop view if exists [crm].[v]'],
  ])('changes a table: %s', (_what, change, statement) => expect(ddl(change)).toEqual([statement]))

  it.each<[what: string, spec: TableSpec, message: string]>([
    ['text without a length', table('crm.t', { code: t.text().notNull() }, { primaryKey: ['code'] }).spec, 'Table "crm.t": column "code" is text, which SQL Server cannot hold in a key or an index. Declare it with a length, such as t.text(200).'],
    ['json', table('crm.t', { code: t.json().notNull() }, { indexes: [{ columns: ['code'] }] }).spec, 'column "code" is json, which SQL Server cannot hold in a key or an index. Leave it out of keys and indexes.'],
    ['binary', table('crm.t', { code: t.binary().notNull() }, { unique: [{ columns: ['code'] }] }).spec, 'column "code" is binary, which SQL Server cannot hold in a key or an index.'],
  ])('refuses %s in a key', (_what, spec, message) => {
    expect(() => diffTable(spec, undefined).changes.flatMap(ddl)).toThrow(expect.objectContaining({ code: 'V1008', message: expect.stringContaining(message) as string }) as Error)
  })

  it('makes a table like another without its numbering', () => {
    expect(ddl({ kind: 'create-like', table: { schema: 'crm', name: 'people_duplicates' }, like: { schema: 'crm', name: 'people' } })).toEqual(['select * into [crm].[people_duplicates] from (select top 0 * from [crm].[people] union all select top 0 * from [crm].[people]) l'])
  })

  it('quotes names and texts, also inside of a statement that is run from text', () => {
    const odd = table("o'dd.t]able", { 'x]y': t.text(5).default("'") })
    expect(ddl({ kind: 'create-table', table: odd.spec })).toEqual([
      "if schema_id(N'o''dd') is null exec(N'create schema [o''dd]')",
      "create table [o'dd].[t]]able] (\n  [x]]y] nvarchar(5) null constraint [t]]able_x]]y_default] default N''''\n)",
    ])
  })
})

describe('partitions of SQL Server', () => {
  it.each<SchemaChange>([
    { kind: 'create-partition', table: people.spec, name: 'p', bound: { kind: 'other' } },
    { kind: 'detach-partition', table: people.spec, name: 'p' },
  ])('are not made one by one: $kind', (change) => expect(() => ddl(change)).toThrow(expect.objectContaining({ code: 'V1008' }) as Error))
})

describe('values in an expression of SQL Server', () => {
  it.each<[text: string, value: unknown]>([
    ['1', true],
    ['0', false],
    ['null', null],
    ['12', 12],
    ['(-1.5)', -1.5],
    ['(-9007199254740993)', -9007199254740993n],
    ["N'o''Hara ü'", "o'Hara ü"],
    ["N'2025-03-31T10:00:00.500'", new Date('2025-03-31T10:00:00.5Z')],
    ['0x00ff', new Uint8Array([0, 255])],
    [`N'{"a":1}'`, { a: 1 }],
  ])('a value is written %s', (text, value) => expect(inlineExpression(sql`x = ${value}`)).toBe(`x = ${text}`))

  it('takes lists and pieces of SQL, and the values in them', () => {
    expect(inlineExpression(sql`${sql.identifier('a]b')} in ${[1, 'x']} and ${sql`y = ${true}`} and z = ${sql`${'w'}`.inlineParams()}`)).toBe("[a]]b] in (1, N'x') and y = 1 and z = N'w'")
  })

  it('writes columns without their table, and values as their column stores them', () => {
    expect(inlineExpression(sql`${people.mssql.isCurrent} = ${sql.param(true, people.mssql.isCurrent)}`)).toBe('[is_current] = 1')
  })

  it('refuses a placeholder', () => {
    expect(() => inlineExpression(sql`x = ${sql.placeholder('later')}`)).toThrow('[V1003] A placeholder stands in a check, a predicate or a default, which take values only. Write the value itself.')
  })
})
