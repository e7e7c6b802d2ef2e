import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openEngine, type Engine } from '@varve/core'
import { afterAll, beforeAll, describe, inject } from 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
  }
}

/** The engines that every behaviour is held to. */
export const engineNames = ['pglite', 'postgres'] as const
export type EngineName = (typeof engineNames)[number]

/** A database of its own: its url, and how to be rid of it. */
export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** Makes an empty database: on the server of the run, where it can be the copy of another, or a directory for the embedded engine. */
export async function createDatabase(name: EngineName, template?: string): Promise<TestDatabase> {
  if (name === 'pglite') {
    const home = mkdtempSync(join(tmpdir(), 'varve-db-'))
    return {
      url: `pglite://${join(home, 'db')}`,
      drop: () => Promise.resolve(rmSync(home, { recursive: true, force: true })),
    }
  }
  const server = inject('postgresUrl')
  const database = `test_${randomBytes(6).toString('hex')}`
  await withClient(server, (client) => client.query(`create database ${database}${template ? ` template ${template}` : ''}`))
  const url = new URL(server)
  url.pathname = `/${database}`
  return {
    url: url.href,
    drop: () => withClient(server, async (client) => void (await client.query(`drop database if exists ${database} with (force)`))),
  }
}

/** Runs the same behaviour on every engine, or on some, each in a database of its own that the cases of one call share. */
export function describeEngines(title: string, cases: (context: { readonly engine: Engine; readonly url: string; readonly engineName: EngineName }) => void, names: readonly EngineName[] = engineNames): void {
  describe.each(names)(`${title} (%s)`, (engineName) => {
    let database: TestDatabase
    let engine: Engine
    beforeAll(async () => {
      // In memory where nothing but this process looks at it: faster to start than a directory.
      database = engineName === 'pglite' ? { url: 'pglite://memory', drop: () => Promise.resolve() } : await createDatabase(engineName)
      engine = await openEngine(database.url)
    })
    afterAll(async () => {
      await engine?.close()
      await database?.drop()
    })
    cases({
      engineName,
      get engine() {
        return engine
      },
      get url() {
        return database.url
      },
    })
  })
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
