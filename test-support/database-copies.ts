import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, type EngineName } from './engines.ts'

/** Copies of a database. */
export interface Copies {
  copy(): Promise<string>
  remove(): Promise<void>
}

/** A database that is prepared once and then copied as often as asked. */
export async function copiesOf(engineName: EngineName, prepare: (url: string) => Promise<void>): Promise<Copies> {
  const template = await createDatabase(engineName)
  await prepare(template.url)
  if (engineName === 'pglite') {
    const home = mkdtempSync(join(tmpdir(), 'varve-copies-'))
    let made = 0
    return {
      copy: () => {
        rmSync(join(home, String(made)), { recursive: true, force: true })
        const directory = join(home, String((made += 1)))
        cpSync(template.url.slice('pglite://'.length), directory, { recursive: true })
        return Promise.resolve(`pglite://${directory}`)
      },
      remove: async () => {
        rmSync(home, { recursive: true, force: true })
        await template.drop()
      },
    }
  }
  const made: { drop(): Promise<void> }[] = [template]
  return {
    copy: async () => {
      const database = await createDatabase(engineName, new URL(template.url).pathname.slice(1))
      made.push(database)
      return database.url
    },
    remove: async () => {
      for (const database of made.toReversed()) await database.drop()
    },
  }
}
