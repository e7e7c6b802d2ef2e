import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const refused = {
  arrows: [
    ['packages/core/src/batch/batch.ts', `import { scd2Dimension } from '@varve/scd2'`],
    ['packages/core/src/batch/batch.ts', `export * from '@varve/cli'`],
    ['packages/scd2/src/index.ts', `export const later = import('@varve/connectors')`],
    ['packages/connectors/src/index.ts', `export type Dimension = import('@varve/scd2').Dimension`],
    ['packages/scd2/test/load.test.ts', `import '@varve/connectors'`],
    ['packages/cli/src/bin.ts', `import '@varve/core/src/error/varve-error.js'`],
    ['packages/cli/src/bin.ts', `export { VarveError } from '../../core/src/error/varve-error.js'`],
  ],
  'engine-room': [
    ['packages/core/src/batch/batch.ts', `import 'pg'`],
    ['packages/core/src/batch/batch.ts', `export type { PgTable } from 'drizzle-orm/pg-core'`],
    ['packages/scd2/src/strategy/merge.ts', `await import('@electric-sql/pglite/contrib/pg_trgm')`],
    ['packages/core/src/batch/batch.ts', `export { openPostgres } from '../engine/postgres/postgres-engine.js'`],
    ['packages/core/src/batch/batch.ts', `export { drizzlePgTable } from '../engine/postgres/drizzle-table.js'`],
    ['packages/core/src/table/table.ts', `export { pgDdl } from '../engine/postgres/pg-ddl.js'`],
    ['packages/scd2/src/strategy/merge.ts', `if (engine.name === 'postgres') merge()`],
    ['packages/scd2/src/strategy/merge.ts', 'export const isSlow = engine.name === `ClickHouse`'],
    ['packages/cli/src/bin.ts', `export let engine: 'mssql' | 'other'`],
  ],
}

const accepted = {
  arrows: [
    ['packages/cli/src/bin.ts', `import '@varve/core'; import '@varve/scd2'; import '@varve/connectors'`],
    ['packages/scd2/src/read/as-of.ts', `export { table } from '@varve/core'; export * from '../model/version.js'`],
    ['packages/core/test/engine.test.ts', `export * from '../../../test-support/engines.ts'; export { t } from '../src/index.ts'`],
    ['bench/load.ts', `import '@varve/cli'`],
  ],
  'engine-room': [
    ['packages/core/src/engine/postgres/postgres-engine.ts', `import 'pg'; export const name = 'postgres'`],
    ['packages/core/src/table/table.ts', `export { drizzlePgTable } from '../engine/postgres/drizzle-table.js'`],
    ['packages/core/src/batch/batch.ts', `export { sql } from 'drizzle-orm'; export type { Engine } from '../engine/engine.js'`],
    ['packages/core/src/batch/batch.ts', `export const hint = 'postgres://user@host/db', other = table.mssql`],
    ['packages/core/test/engine.test.ts', `import 'pg'; export const name = 'pglite'`],
    ['packages/core/src/stage/csv.test.ts', `export const name = 'pglite'`],
    ['test-support/engines.ts', `import 'pg'; export const names = ['pglite', 'postgres']`],
  ],
}

/** Every case in a tree of its own, and what the linter said in each: it is started once for all. */
const cases = [...casesOf(refused, 'refuses'), ...casesOf(accepted, 'accepts')].map((each, index) => ({ ...each, tree: String(index) }))
let home
let findings

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'varve-lint-'))
  for (const { tree, file, code } of cases) {
    const path = join(home, tree, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, code)
  }
  const rules = Object.fromEntries(Object.keys(refused).map((rule) => [`varve/${rule}`, 'error']))
  const settings = join(home, 'settings.json')
  writeFileSync(settings, JSON.stringify({ jsPlugins: [fileURLToPath(new URL('varve-plugin.mjs', import.meta.url))], categories: { correctness: 'off' }, rules }))
  const oxlint = fileURLToPath(new URL('../../node_modules/oxlint/bin/oxlint', import.meta.url))
  const { stdout, stderr } = spawnSync(process.execPath, [oxlint, '-c', settings, '-f', 'json', home], { cwd: home, encoding: 'utf8' })
  if (!stdout.startsWith('{')) throw new Error(`The linter did not run:\n${stdout}${stderr}`)
  findings = JSON.parse(stdout).diagnostics.map(({ code, filename }) => ({ code, tree: relative(home, resolve(home, filename)).split(/[/\\]/)[0] }))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe.each(Object.keys(refused))('varve/%s', (rule) => {
  for (const { verb, file, code, tree } of cases.filter((each) => each.rule === rule)) {
    it(`${verb} in ${file}: ${code}`, () => {
      expect(findings.filter((finding) => finding.tree === tree)).toEqual(verb === 'refuses' ? [{ code: `varve(${rule})`, tree }] : [])
    })
  }
})

function casesOf(list, verb) {
  return Object.entries(list).flatMap(([rule, entries]) => entries.map(([file, code]) => ({ rule, verb, file, code })))
}
