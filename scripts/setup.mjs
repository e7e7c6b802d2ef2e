// Brings a clone to the point where it runs: `node scripts/setup.mjs` installs what package-lock.json names, when it
// is not installed already; `--build` builds the packages too. Plain Node, since it runs before anything is installed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = `${root}node_modules/.varve-installed`
const lock = `${root}.setup.lock`
let running

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) stop(`Varve needs Node 20.19 or newer, and this is ${process.versions.node}. Install a newer one from https://nodejs.org.`)

const build = process.argv.includes('--build')
if (build || !isInstalled()) await alone(async () => {
  if (!isInstalled()) await install()
  if (build) await runTurbo()
})

/** Whether node_modules is what the lock says: by our stamp, or else by npm's own record of what it installed. */
function isInstalled() {
  const wanted = read(`${root}package-lock.json`) ?? stop('package-lock.json is missing. Restore it with "git checkout package-lock.json".')
  const mark = createHash('sha256').update(`${process.platform} ${process.arch} ${wanted}`).digest('hex')
  if (read(stamp) === mark) return true
  const record = read(`${root}node_modules/.package-lock.json`)
  if (record === undefined) return false
  const installed = JSON.parse(record).packages
  for (const [path, entry] of Object.entries(JSON.parse(wanted).packages)) {
    const found = installed[path]
    // npm leaves out the packages of other platforms, so the absence of an optional one says nothing.
    const fits = found === undefined ? entry.optional === true : found.version === entry.version && found.resolved === entry.resolved
    if (path.startsWith('node_modules/') && !fits) return false
  }
  writeFileSync(stamp, mark)
  return true
}

async function install() {
  process.stderr.write('Installing packages, once: about half a minute …\n')
  const started = Date.now()
  rmSync(stamp, { force: true })
  // The npm that runs us, or the one on the path. Settings of the outer npm that would narrow the installation are dropped.
  const npm = process.env.npm_execpath
  const flags = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const [command, args] = npm !== undefined && basename(npm) === 'npm-cli.js' ? [process.execPath, [npm, ...flags]] : ['npm', flags]
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_(workspaces?|omit|only|production|global|prefix|include)$|^NODE_ENV$/i.test(name)))
  const options = { env, shell: command === 'npm' && process.platform === 'win32' }
  // The lock names no addresses, so npm looks each package up: in its cache first, since a lookup of hundreds can take minutes.
  let { code, output } = await run(command, [...args, '--prefer-offline'], options)
  if (code !== 0) ({ code, output } = await run(command, args, options))
  if (code !== 0) stop(`${output}\nThe packages could not be installed (npm ci ended with ${code}). Check the network, then try again.`)
  if (!isInstalled()) stop('npm ci did not install what package-lock.json names. Remove node_modules and try again.')
  process.stderr.write(`Installed in ${seconds(started)}.\n`)
}

async function runTurbo() {
  const started = Date.now()
  const { code, output } = await run(process.execPath, [`${root}node_modules/turbo/bin/turbo`, 'run', 'build', '--output-logs=errors-only'], { env: process.env })
  if (code !== 0) stop(`${output}\nThe build failed.`)
  if (!output.includes('FULL TURBO')) process.stderr.write(`Built in ${seconds(started)}.\n`)
}

function run(command, args, options) {
  return new Promise((resolve) => {
    const child = running = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    child.on('error', (error) => resolve({ code: error.message, output }))
    child.on('close', (code, signal) => resolve({ code: code ?? signal, output }))
  })
}

/** Holds the lock file while the work lasts, so that two processes in one clone take turns. */
async function alone(work) {
  for (let told = false; !take(); told = true) {
    if (!told) process.stderr.write('Another process is setting up this clone: waiting for it …\n')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  process.on('exit', () => {
    running?.kill()
    rmSync(lock, { force: true })
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130))
  const beat = setInterval(() => utimesSync(lock, new Date(), new Date()), 1000)
  try {
    await work()
  } finally {
    clearInterval(beat)
  }
}

// The holder touches the file each second: one that has not been touched for long was left by a killed process. It is
// removed now and taken on the next turn, so that of two who find it neither removes the other's.
function take() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  const touched = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
  if (Date.now() - touched > 5000) rmSync(lock, { force: true })
  return false
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`
}

function stop(message) {
  process.stderr.write(`${message.trim()}\n`)
  process.exit(1)
}
