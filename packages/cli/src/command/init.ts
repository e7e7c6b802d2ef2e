import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { Host } from '../host.js'
import { openSession } from '../open-session.js'
import { addExamples } from './examples.js'
import { migrationText } from '../output/migration.js'

const configFile = 'varve.config.ts'

const template = `import { defineConfig } from '@varve/core'

export default defineConfig({
  // The warehouse. Without this line it is an embedded database in .varve/db; VARVE_DB and --db win over it.
  // A url may hold a password, so it stands in an environment variable, or in .env:
  // database: { env: 'WAREHOUSE_URL' },

  // What "varve run <name>" can run. A function imports its pipeline only when it is run.
  pipelines: {
    // crm: async () => (await import('./pipelines/crm.js')).crm,
  },

  // What "varve migrate" creates and keeps up to date, and "varve doctor" looks at.
  tables: [],

  // What "varve check" looks at, beside the checks of the pipelines.
  checks: [],
})
`

/** `varve init`: a configuration file, the ledger, and the declared tables. */
export function addInit(program: Command, host: Host): void {
  const command = program
    .command('init')
    .summary('create the ledger, and a configuration file where there is none')
    .description('Creates the ledger and the tables of the configuration in the database, and writes a small varve.config.ts where there is no configuration yet. What is there already is kept: it can be run again at any time.')
    .action(async (_options: object, self: Command) => {
      await using session = await openSession(host, self)
      const { config, core, printer } = session
      const engine = await session.engine()
      const done = await core.migrateWarehouse(engine, config.tables, { signal: session.signal })
      const written = config.file === undefined ? writeConfig(host.directory) : undefined
      printer.summary({ database: engine.description, config: config.file ?? written, configWritten: written !== undefined, ...done }, () =>
        [
          migrationText(engine.description, done, printer.colors),
          written === undefined ? `  configuration: ${config.file}` : `  configuration: written to ${configFile}`,
          `\nNext: declare tables and pipelines in ${configFile}, or see "varve demo". "varve doctor" looks at all of it.`,
        ].join('\n'),
      )
    })
  addExamples(command, [
    ['varve init', 'an embedded database in .varve/db'],
    ['VARVE_DB=postgres://ada@host/warehouse varve init', 'a server'],
  ])
}

function writeConfig(directory: string): string | undefined {
  const path = join(directory, configFile)
  if (existsSync(path)) return undefined
  writeFileSync(path, template, { flag: 'wx' })
  return path
}
