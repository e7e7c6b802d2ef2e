import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api-postgres'
import { sql } from 'drizzle-orm'
import * as pg from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogOf } from '../../../test-support/catalog.ts'
import { createDatabase, type TestDatabase } from '../../../test-support/engines.ts'
import { alignTable, diffTable, openEngine, specOf, t, table, type Engine } from '../src/index.ts'

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
  quoted: t.text().named('TKT-Ticket ID, new'),
}, { primaryKey: ['id'] })

const everyDefault = table('kit.every_default', {
  number: t.integer().notNull().default(-5),
  big: t.bigint().default(9007199254740993n),
  words: t.text().default("it's \\ 50%"),
  flag: t.boolean().notNull().default(true),
  money: t.decimal(12, 2).default('0.00'),
  ratio: t.float().default(1.5),
  day: t.date().default('2025-03-31'),
  clock: t.time().default('23:59:59'),
  tags: t.json<{ a: number[] }>().default({ a: [1, 2] }),
  ref: t.uuid().defaultGenerated(),
  madeAt: t.timestamp().notNull().defaultGenerated(),
  since: t.timestamp().default('2025-03-31T10:00:00Z'),
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
    { columns: ['email'] },
    { columns: ['phone', 'email'], nullsEqual: true, name: 'phone and email' },
    { columns: ['number'], where: (c) => sql`${c.isCurrent} = ${true}` },
  ],
  indexes: [{ columns: ['amount', 'email'] }, { columns: ['phone'], where: (c) => sql`${c.amount} > ${-1} and ${c.region} <> ${"o'hara"}`, name: 'phone_of_some' }],
  checks: { amount_small: (c) => sql`${c.amount} < ${1000} or ${c.isCurrent}`, region_known: (c) => sql`${c.region} in ${['north', 'south']}` },
})

const kit = pg.pgSchema('kit')

const byHand = kit.table('by_hand', {
  id: pg.integer().generatedAlwaysAsIdentity({ startWith: 1000, increment: 10 }),
  region: pg.varchar({ length: 20 }).notNull(),
  code: pg.text().unique(),
  phone: pg.varchar(),
  name: pg.text().notNull().default('none'),
  upperName: pg.text('upper_name').generatedAlwaysAs(sql`upper(name)`),
  amount: pg.numeric({ precision: 10 }),
  seenAt: pg.timestamp('seen_at', { withTimezone: true }).notNull().defaultNow(),
  tags: pg.jsonb(),
  ref: pg.uuid().defaultRandom(),
}, (self) => [
  pg.primaryKey({ columns: [self.region, self.id] }),
  pg.unique().on(self.name, self.code),
  pg.unique('phone_key').on(self.phone).nullsNotDistinct(),
  pg.index().on(self.code, self.name),
  pg.uniqueIndex('one_name').on(self.name).where(sql`${self.code} is not null`),
  pg.index('by_tags').using('gin', self.tags.op('jsonb_path_ops')),
  pg.index('latest').on(self.seenAt.desc(), sql`lower(${self.name})`).with({ fillfactor: 70 }),
  pg.check('amount_positive', sql`${self.amount} > ${0}`),
])

describe('our DDL beside that of drizzle-kit, on Postgres', () => {
  const databases: TestDatabase[] = []
  const engines: Engine[] = []
  let ours: Engine
  let theirs: Engine

  beforeAll(async () => {
    for (let at = 0; at < 2; at++) {
      const database = await createDatabase('postgres')
      databases.push(database)
      engines.push(await openEngine(database.url))
    }
    ;[ours, theirs] = engines as [Engine, Engine]
    for (const declared of [everyType, everyDefault, everyKey]) await alignTable(ours, declared.spec)
    await alignTable(ours, specOf(byHand))
    const tables = { kit, everyType: everyType.pg, everyDefault: everyDefault.pg, everyKey: everyKey.pg, byHand }
    for (const statement of await generateMigration(await generateDrizzleJson({}), await generateDrizzleJson(tables))) await theirs.query(sql.raw(statement))
  })
  afterAll(async () => {
    for (const engine of engines) await engine.close()
    for (const database of databases) await database.drop()
  })

  // All that differs, by name: what the catalog says of our table, and of theirs.
  const differences: Readonly<Record<string, Readonly<Record<string, readonly [ours: string, theirs: string]>>>> = {
    every_default: {
      'drizzle-kit doubles a backslash in a default, we do not': ["column 3 words text default 'it''s \\ 50%'::text collate 100", "column 3 words text default 'it''s \\\\ 50%'::text collate 100"],
    },
    by_hand: {
      'an identity column may be sent, so that a table can be restored': ['column 1 id integer not null identity d collate 0', 'column 1 id integer not null identity a collate 0'],
      'varchar without a length is text': ['column 4 phone text collate 100', 'column 4 phone character varying collate 100'],
      'the microseconds of a timestamp are said': ['column 8 seen_at timestamp(6) with time zone not null default now() collate 0', 'column 8 seen_at timestamp with time zone not null default now() collate 0'],
    },
  }

  it.each(['every_type', 'every_default', 'every_key', 'by_hand'])('the catalog of %s is the same, but for what is listed', async (name) => {
    const listed = Object.values(differences[name] ?? {})
    const [mine, other] = [await catalogOf(ours, 'kit', name), await catalogOf(theirs, 'kit', name)]
    expect(mine).toEqual(expect.arrayContaining(listed.map(([line]) => line)))
    expect(other).toEqual(expect.arrayContaining(listed.map(([, line]) => line)))
    expect(mine.filter((line) => !listed.some(([mineOnly]) => mineOnly === line))).toEqual(other.filter((line) => !listed.some(([, otherOnly]) => otherOnly === line)))
    expect(mine.length - listed.length).toBeGreaterThan(10)
  })

  it('what drizzle-kit made needs no change of ours', async () => {
    for (const spec of [everyType.spec, everyDefault.spec, everyKey.spec, specOf(byHand)]) {
      expect(diffTable(spec, await theirs.introspect(spec.schema, spec.name))).toEqual({ changes: [], refusals: [], undeclared: [] })
    }
  })
})
