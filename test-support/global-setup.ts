import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres-server.ts'

/**
 * One server for the whole run; each test file takes databases of its own on it. A server that is named in the environment (its user
 * may create databases) takes the place of ours: for trying other versions.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const named = process.env['VARVE_TEST_POSTGRES']
  const server = named ? { url: named, stop: () => Promise.resolve() } : await startPostgres()
  project.provide('postgresUrl', server.url)
  return () => server.stop()
}
