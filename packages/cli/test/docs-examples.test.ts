import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test-support/engines.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const workspace = fileURLToPath(new URL('./.docs/', import.meta.url))

/** Every TypeScript block of the README and the docs, in its order. One that is marked `ts fragment` is no whole program. */
const examples = ['README.md', ...markdownFiles(join(root, 'docs')).map((file) => relative(root, file))].flatMap((file) => {
  const blocks = [...readFileSync(join(root, file), 'utf8').matchAll(/^```ts\n([^]*?)^```/gm)]
  return blocks.map((block, at) => ({ title: `${file}, example ${at + 1}`, name: `${file.replaceAll(/[^a-z0-9]+/gi, '-')}-${at + 1}`, code: block[1] as string }))
})

describe('the examples of the docs run', () => {
  let database: TestDatabase
  beforeAll(() => mkdirSync(workspace, { recursive: true }))
  afterAll(() => rmSync(workspace, { recursive: true, force: true }))

  it('has examples to run', () => {
    expect(examples.length).toBeGreaterThan(0)
  })

  it.each(examples)('$title', async ({ name, code }) => {
    const path = join(workspace, `${name}.ts`)
    // A database in memory takes seconds to start; a fresh one on the server of the run is as good for an example.
    database = await createDatabase('postgres')
    writeFileSync(path, code.replaceAll(`'pglite://memory'`, `'${database.url}'`))
    const log = vi.spyOn(console, 'log').mockReturnValue()
    try {
      await import(path)
    } finally {
      log.mockRestore()
      await database.drop()
    }
  })
})

function markdownFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    return entry.isDirectory() ? markdownFiles(path) : entry.name.endsWith('.md') ? [path] : []
  })
}
