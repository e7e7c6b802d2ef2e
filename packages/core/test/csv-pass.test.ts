import fc from 'fast-check'
import { parse } from 'csv-parse/sync'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { csv, valueReader, type Engine, type RowSource, type StageOptions, type TableSpec } from '../src/index.ts'
import { fieldCheck } from '../src/stage/csv/field-check.ts'
import { aFile, aStraightFile, allKinds, chunked, texts, type CsvFile } from './csv-files.ts'
import { staged } from './staged.ts'

/** What came of a source; the raw form of a row is a line here and an object there, so it is left out. */
async function stage(engine: Engine, spec: TableSpec, source: RowSource<object>, options: StageOptions = {}) {
  const { rejects, ...rest } = await staged(engine, spec, source, options)
  return { ...rest, rejects: rejects.map(({ raw: _raw, ...reject }) => reject) }
}

// With a field to ignore, CSV is read as objects.
const asObjects = { ignore: ['no such field'] }

describeEngines('CSV that is passed on as bytes', (context) => {
  it('arrives row for row as it does when it is read as objects, rejects included, whatever the file and however it is cut', async () => {
    const seen = { staged: 0, rejected: 0 }
    await fc.assert(
      fc.asyncProperty(aFile, async (file) => {
        const passed = await stage(context.engine, allKinds.spec, bytesOf(file))
        const read = await stage(context.engine, allKinds.spec, bytesOf(file), asObjects)
        expect(passed).toEqual(read)
        seen.staged += passed.counts.staged
        seen.rejected += passed.counts.rejected
      }),
      { numRuns: 200 },
    )
    // Otherwise the files would not be worth much.
    expect(seen.staged).toBeGreaterThan(200)
    expect(seen.rejected).toBeGreaterThan(200)
  })

  it('arrives as another reader of CSV reads it, where the file is well-formed', async () => {
    await fc.assert(
      fc.asyncProperty(aStraightFile, async (file) => {
        const rows = parse(Buffer.from(file.bytes), {
          bom: true, columns: true, delimiter: file.delimiter, record_delimiter: file.lineEnd,
          cast: (value, { quoting, header }) => (value === '' && !quoting && !header ? null : value),
        }) as object[]
        const passed = await stage(context.engine, allKinds.spec, bytesOf(file))
        const read = await stage(context.engine, allKinds.spec, rows)
        expect(passed).toEqual(read)
        expect(passed.counts.read).toBe(file.records)
      }),
      { numRuns: 150 },
    )
  })

  it.each(allKinds.spec.columns.map((column) => [column.name, column] as const))('is left as it is only where the engine reads %s as we do', async (_name, column) => {
    const check = fieldCheck(column)
    const read = valueReader(column.type, 'text')
    const { good, any } = texts[column.property as keyof typeof texts]
    const passed: [raw: string, ours: string][] = []
    for (const raw of fc.sample(fc.oneof(good, any), 3000)) {
      const bytes = Buffer.from(raw)
      if (raw === '' || raw.includes('\0') || !raw.isWellFormed() || !check(bytes, 0, bytes.length)) continue
      const ours = read(raw)
      expect(ours, `${JSON.stringify(raw)} is passed on`).toBeTypeOf('string')
      passed.push([raw, ours as string])
    }
    if (column.type.kind !== 'json' && column.type.kind !== 'binary') expect(passed.length).toBeGreaterThan(50)
    const cast = (name: string) => context.engine.phrases.cast(sql.identifier(name).getSQL(), column.type)
    const { rows } = await context.engine.query(
      sql`select raw, ours, cast(${cast('raw')} as text) as theirs from unnest(${sql.param(passed.map(([raw]) => raw))}::text[], ${sql.param(passed.map(([, ours]) => ours))}::text[]) as passed (raw, ours)
          where cast(${cast('raw')} as text) <> cast(${cast('ours')} as text)`,
    )
    expect(rows).toEqual([])
  })
})

function bytesOf(file: CsvFile) {
  return csv(chunked(file), { delimiter: file.delimiter })
}
