// Runs the benchmarks: `npm run bench` for all of them, `npm run bench -- <name> …` for some, `-- --list` to see their names.
// Each is a file in bench/case that exports `{ name, run(context) }` and answers rows: either `{ engine, method, medianMs, rate, ratio }` or
// `{ what, figure }`, with `{ target, isMet }` where there is something to reach. Plain Node on what was built; the server is our own.
// VARVE_BENCH_ENGINE=postgres leaves the embedded engine out, VARVE_BENCH_ROWS and VARVE_BENCH_ROUNDS make a run shorter.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openEngine } from '@varve/core'
import { bundled } from './bundled.mjs'
import { ratioTable } from './ratio-table.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const files = readdirSync(join(here, 'case')).filter((file) => file.endsWith('.mjs')).toSorted()
const cases = await Promise.all(files.map((file) => import(`./case/${file}`)))
const flags = process.argv.slice(2).filter((word) => word.startsWith('-'))
const names = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const unknown = names.filter((name) => !cases.some((one) => one.name === name))
if (unknown.length > 0 || flags.some((flag) => flag !== '--list')) {
  console.error(`There is no benchmark ${[...unknown, ...flags].join(', ')}. Known are: ${cases.map((one) => one.name).join(', ')}.`)
  process.exit(1)
}
if (flags.includes('--list')) {
  console.log(cases.map((one) => one.name).join('\n'))
  process.exit(0)
}

const { startPostgres } = await import(await bundled(join(here, '../test-support/postgres-server.ts')))
const server = await startPostgres({ safe: true })
const home = mkdtempSync(join(tmpdir(), 'varve-bench-'))
const only = process.env.VARVE_BENCH_ENGINE
const results = []
let missed = 0
try {
  for (const { name, title, run } of cases) {
    if (names.length > 0 && !names.includes(name)) continue
    console.log(`\n${name}${title ? `: ${title}` : ''}`)
    const rows = await run({
      postgresUrl: server.url,
      /** A directory of the case's own. */
      directory: (label) => join(home, `${name}-${label}`),
      /** Both engines, opened and closed by turns: the embedded one alone takes half a gigabyte. */
      engines: async function* () {
        for (const [engineName, url] of [['postgres', server.url], ['pglite', `pglite://${join(home, name)}`]]) {
          if (only && engineName !== only) continue
          const engine = await openEngine(url)
          try {
            yield { engineName, engine, url }
          } finally {
            await engine.close()
          }
        }
      },
      tell: (text) => process.stderr.write(`  ${text}\n`),
    })
    console.log(ratioTable(rows))
    missed += rows.filter((row) => row.target !== undefined && !row.isMet).length
    results.push({ name, rows })
  }
} finally {
  await server.stop()
  rmSync(home, { recursive: true, force: true })
}
mkdirSync(join(here, 'results'), { recursive: true })
const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model, load: loadavg() }
writeFileSync(join(here, 'results/latest.json'), `${JSON.stringify({ at: new Date().toISOString(), machine, results }, undefined, 2)}\n`)
console.log(`\n${missed === 0 ? 'All targets are met' : `${missed} targets are missed`}; the numbers are in bench/results/latest.json.`)
