import { generateDrizzleJson, generateMigration } from 'drizzle-kit/payload/mssql'
import { sql } from 'drizzle-orm'
import * as mssql from 'drizzle-orm/mssql-core'
import { describe, expect, it } from 'vitest'
import { ddlStatements } from '../src/engine/ddl.ts'
import { mssqlDdl } from '../src/engine/mssql/mssql-ddl.ts'
import { diffTable, specOf, t, table, type TableSpec } from '../src/index.ts'

const everyType = table('kit.every_type', {
  id: t.bigint().identity(),
  small: t.integer().notNull(),
  big: t.bigint(),
  words: t.text(),
  short: t.text(40),
  flag: t.boolean(),
  money: t.decimal(12, 2),
  ratio: t.float(),
  day: t.date(),
  seenAt: t.timestamp(),
  clock: t.time(),
  tags: t.json(),
  ref: t.uuid(),
  bytes: t.binary(),
}, { primaryKey: ['id'] })

const everyDefault = table('kit.every_default', {
  number: t.integer().notNull().default(-5),
  big: t.bigint().default(9007199254740993n),
  words: t.text().default("it's 50%"),
  flag: t.boolean().notNull().default(true),
  money: t.decimal(12, 2).default('0.00'),
  ratio: t.float().default(1.5),
  day: t.date().default('2025-03-31'),
  clock: t.time().default('23:59:59'),
  since: t.timestamp().default('2025-03-31T12:00:00+02:00'),
  tags: t.json<{ a: number[] }>().default({ a: [1, 2] }),
  ref: t.uuid().defaultGenerated(),
  madeAt: t.timestamp().notNull().defaultGenerated(),
  fixedRef: t.uuid().default('0195e7c2-0000-7000-8000-000000000001'),
  bytes: t.binary().default(new Uint8Array([0, 255])),
})

const everyKey = table('kit.every_key', {
  region: t.text(20).notNull(),
  number: t.integer().notNull(),
  email: t.text(200),
  phone: t.text(50),
  isCurrent: t.boolean().notNull(),
  amount: t.decimal(10, 2),
}, {
  primaryKey: ['region', 'number'],
  unique: [
    { columns: ['email', 'number'] },
    { columns: ['phone', 'email'], nullsEqual: true, name: 'phone and email' },
    { columns: ['isCurrent', 'number'] },
    { columns: ['number'], where: (c) => sql`${c.isCurrent} = ${true}` },
    { columns: ['phone'], where: (c) => sql`${c.isCurrent} = ${true}`, name: 'one phone' },
  ],
  indexes: [{ columns: ['amount', 'email'] }, { columns: ['phone'], where: (c) => sql`${c.amount} > ${-1} and ${c.region} <> ${'Zürich'}`, name: 'phone_of_some' }],
  checks: { amount_small: (c) => sql`${c.amount} < ${1000} or ${c.isCurrent} = ${false}` },
})

const kit = mssql.mssqlSchema('kit')

const byHand = kit.table('by_hand', {
  id: mssql.int().identity({ seed: 1000, increment: 10 }),
  region: mssql.nvarchar({ length: 20 }).notNull(),
  code: mssql.nvarchar({ length: 30 }).unique(),
  name: mssql.nvarchar({ length: 100 }).notNull().default('none'),
  upperName: mssql.nvarchar('upper_name', { length: 100 }).generatedAlwaysAs(sql`upper(name)`, { mode: 'persisted' }),
  amount: mssql.numeric({ precision: 10, scale: 0 }),
  seenAt: mssql.datetime2('seen_at', { precision: 6, mode: 'string' }).notNull().default(sql`sysutcdatetime()`),
  tags: mssql.nvarchar({ length: 'max', mode: 'json' }),
}, (self) => [
  mssql.primaryKey({ columns: [self.region, self.id] }),
  mssql.unique().on(self.name, self.code),
  mssql.index('by_code').on(self.code, self.name),
  mssql.uniqueIndex('one_name').on(self.name).where(sql.raw('[code] is not null')),
  mssql.check('amount_positive', sql.raw('[amount] > 0')),
])

async function theirs(tables: Record<string, unknown>): Promise<string[]> {
  const statements = await generateMigration(await generateDrizzleJson({}), await generateDrizzleJson({ kit, ...tables }))
  return statements.map((statement) => statement.trim())
}

function ours(spec: TableSpec): string[] {
  return diffTable(spec, undefined).changes.flatMap((change) => ddlStatements(mssqlDdl, change))
}

// All that differs, by name, and how a fact of ours and one of theirs come to the same text; nothing where a fact has no counterpart.
interface Difference {
  readonly ours?: (fact: string, spec: TableSpec) => string | undefined
  readonly theirs?: (fact: string) => string
}
const differences: Readonly<Record<string, Difference>> = {
  'text is marked as Unicode by us, or characters outside of the code page would be lost': { ours: (fact) => (fact.startsWith('default') ? fact.replace(/= n'/, "= '") : fact) },
  'columns of a primary key say that they are not null by themselves with us': { ours: (fact, spec) => (spec.primaryKey.some((name) => fact === `not null [${name}]`) ? undefined : fact) },
  'columns that may hold NULL say so with us, whatever the session would make of silence': { ours: (fact) => (fact.startsWith('null ') ? undefined : fact) },
  'defaults stand in parentheses with drizzle-kit': { theirs: (fact) => fact.replace(/ = \((.*)\)$/, ' = $1').replace(/ = \((.*)\)$/, ' = $1') },
  'an instant is written in UTC without its zone by us, since the type knows no zone': { theirs: (fact) => fact.replace('2025-03-31T12:00:00+02:00', '2025-03-31T10:00:00') },
  'numeric is called decimal by us, which is the same': { theirs: (fact) => fact.replace(/ numeric\(/, ' decimal(') },
  'lists are written closer by drizzle-kit': { ours: (fact) => fact.replaceAll(', ', ',') },
}

const cases: readonly (readonly [name: string, spec: TableSpec, drizzleTable: mssql.MsSqlTable])[] = [
  ['every_type', everyType.spec, everyType.mssql],
  ['every_default', everyDefault.spec, everyDefault.mssql],
  ['every_key', everyKey.spec, everyKey.mssql],
  ['by_hand', specOf(byHand), byHand],
]

describe('our DDL beside that of drizzle-kit, on SQL Server', () => {
  const needed = new Set<string>()
  const same = (fact: string, side: 'ours' | 'theirs', spec: TableSpec): string | undefined => {
    let text: string | undefined = fact
    for (const [name, difference] of Object.entries(differences)) {
      const before: string | undefined = text
      text = text === undefined || difference[side] === undefined ? text : difference[side](text, spec)
      if (text !== before) needed.add(name)
    }
    return text
  }

  it.each(cases)('the facts of %s are the same, but for what is listed', async (name, spec, drizzleTable) => {
    const mine = ours(spec).slice(1).flatMap(factsOf).map((fact) => same(fact, 'ours', spec)).filter((fact) => fact !== undefined)
    const other = (await theirs({ [name]: drizzleTable })).slice(1).flatMap(factsOf).map((fact) => same(fact, 'theirs', spec))
    expect(mine.length).toBeGreaterThan(10)
    expect(new Set(mine)).toEqual(new Set(other))
    expect(mine).toHaveLength(other.length)
  })

  it('every difference that is listed is there', () => expect(needed).toEqual(new Set(Object.keys(differences))))

  it('we make the schema only where there is none, in a batch of its own', async () => {
    expect(ours(everyType.spec)[0]).toBe("if schema_id(N'kit') is null exec(N'create schema [kit]')")
    expect((await theirs({ everyType: everyType.mssql }))[0]).toBe('CREATE SCHEMA [kit];')
  })
})

/** What a statement says, a fact a line, in an order and a spelling that do not depend on who wrote it. */
function factsOf(statement: string): string[] {
  const text = statement.replace(/;$/, '')
  const create = /^create table (\S+) \(\n([\s\S]*)\n\)$/i.exec(text)
  if (!create) return [lowerWords(text)]
  const [, name = '', body = ''] = create
  return [`table ${name}`, ...body.split(/,\n/).flatMap((line) => clauseFacts(line.trim()))]
}

function clauseFacts(line: string): string[] {
  const column = /^(\[[^\]]+\]) +(.*)$/.exec(line)
  if (!column) return [lowerWords(line).replace(/(key|unique) ?\(/, '$1(').replace(/ check ?\(/, ' check(')]
  const [, name = '', rest = ''] = column
  const words = lowerWords(rest)
  const initial = / ?constraint (\[[^\]]+\]) default (.*?)(?= not null$|$)/.exec(words)
  const identity = /identity\((\d+), ?(\d+)\)/.exec(words)
  const computed = /^as \((.*)\)( persisted)?/.exec(words)
  const plain = words.replace(initial?.[0] ?? '', '')
  return [
    computed ? `column ${name} as ${computed[1]}${computed[2] ?? ''}` : `column ${name} ${/^[a-z0-9]+(\([^)]*\))?/.exec(plain)?.[0]}`,
    ...(identity ? [`numbers ${name} from ${identity[1]} by ${identity[2]}`] : []),
    ...(initial ? [`default of ${name} ${initial[1]} = ${initial[2]}`] : []),
    ...(/\bnot null\b/.test(plain) ? [`not null ${name}`] : /\bnull\b/.test(plain) ? [`null ${name}`] : []),
  ]
}

// Words are lowered, names and texts are not.
function lowerWords(text: string): string {
  return text.replace(/\[[^\]]*\]|'(?:[^']|'')*'|[^['\]]+/g, (part) => (part.startsWith('[') || part.startsWith("'") ? part : part.toLowerCase().replace(/\s+/g, ' ')))
}
