import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Argument, InvalidArgumentError, type Command } from 'commander'
import type { FaultScript } from '@varve/connectors'
import type { Host } from '../host.js'
import { openSession } from '../open-session.js'
import type { Session } from '../session.js'
import { simulatedSources } from '../simulation/simulated-sources.js'
import type { SimulatedSource } from '../simulation/simulated-source.js'
import { addExamples } from './examples.js'

interface SimulateOptions {
  readonly port?: number
  readonly seed: string
  readonly scale: number
  readonly faults?: string
  readonly clock: string
  readonly speed: number
  readonly tenants?: string
}

const tickMs = 500

/** `varve simulate`: a simulated source on this machine, until it is stopped. */
export function addSimulate(program: Command, host: Host): void {
  const command = program
    .command('simulate')
    .addArgument(new Argument('<source>', 'the source').choices(Object.keys(simulatedSources)))
    .summary('start a simulated source on this machine')
    .description('Starts a simulated source on the loopback address and prints the environment variables that point a pipeline at it. What it holds is made up from a seed, and lives on while it runs: shifts are worked, tickets are answered. Ctrl-C ends it, with exit code 0.')
    .option('--port <number>', 'where it listens; any free port if nothing is said', portNumber)
    .option('--seed <text>', 'the same seed gives the same world', 'varve')
    .option('--scale <number>', `how large it is: 1 has ${Object.entries(simulatedSources).map(([name, { size }]) => `${size} (${name})`).join(', ')}`, positive, 1)
    .option('--tenants <names>', 'of connectwise: its tenants, with commas between; sitetechnology if nothing is said')
    .option('--faults <file>', 'a JSON file that says what goes wrong at which request')
    .option('--clock <instant>', 'what time it is in there when it starts', '2025-03-10T00:00:00Z')
    .option('--speed <number>', 'how much faster time passes in there: 86400 is a day a second', factor, 1)
    .action(async (source: string, options: SimulateOptions, self: Command) => {
      await using session = await openSession(host, self)
      const { RunningClock } = await import('@varve/connectors')
      const simulated = simulatedSources[source] as SimulatedSource // one of the choices
      const start = instant(session, options.clock)
      const faults = options.faults === undefined ? undefined : readFaults(session, options.faults)
      const tenants = readTenants(session, source, simulated, options.tenants)
      const { port, seed, scale, speed } = options
      await using simulator = await simulated.start({ port, seed, scale, speed, faults, tenants, clock: new RunningClock(start), start: new Date(start).toISOString() })
      const { url, environment } = simulator
      // Not through the printer, which hides credentials: these open nothing but this simulator.
      host.stdout.write(session.globals.json ? `${JSON.stringify({ source, url, seed, scale, clock: new Date(start).toISOString(), speed, faults: faults?.faults.length ?? 0, environment }, null, 2)}\n` : environmentLines(environment))
      if (!session.globals.json && !session.globals.quiet) host.stderr.write(`${hint(source, url)}\n`)
      const startedMs = performance.now()
      const ticker = setInterval(() => simulator.advanceTo(new Date(start + (performance.now() - startedMs) * speed).toISOString()), tickMs)
      await aborted(session.signal)
      clearInterval(ticker)
    })
  addExamples(command, [
    ['varve simulate tracktik > .env', 'the pipeline of this directory then reads it'],
    ['varve simulate tracktik --seed mine --scale 5 --port 8080', 'a larger world, always at the same address'],
    ['varve simulate tracktik --speed 86400', 'a day goes by each second'],
    ['varve simulate tracktik --faults faults.json', 'with failures where the file says so'],
    ['varve simulate connectwise --tenants sitetechnology,northpier > .env', 'two tenants, each with credentials and tickets of its own'],
    ['varve simulate otc --scale 20 > .env', 'a service desk with 60,000 timesheets'],
  ])
}

function environmentLines(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}\n`).join('')
}

function hint(source: string, url: string): string {
  return `The simulated ${source} listens at ${url}. Put the lines above into the environment, or a .env file, and start: varve run ${source}\nCtrl-C ends it.`
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
}

function instant({ core }: Session, text: string): number {
  const read = core.valueReader({ kind: 'timestamp' })(text)
  if (typeof read !== 'string') throw new core.VarveError('V1006', `--clock is "${text}", which is no instant. Write one such as 2025-03-10T00:00:00Z.`)
  return Date.parse(read)
}

function readTenants({ core }: Session, source: string, { hasTenants }: SimulatedSource, text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  if (!hasTenants) throw new core.VarveError('V1006', `--tenants is "${text}", and ${source} has no tenants. Leave it out.`)
  const tenants = text.split(',').map((name) => name.trim())
  if (tenants.some((name) => !/^[a-z][a-z0-9_-]*$/i.test(name)) || new Set(tenants).size < tenants.length) throw new core.VarveError('V1006', `--tenants is "${text}". Give different names of letters, digits, - and _, with commas between, such as sitetechnology,northpier.`)
  return tenants
}

/** The script is looked at by whoever runs it. */
function readFaults({ core, host }: Session, file: string): FaultScript {
  const path = resolve(host.directory, file)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new core.VarveError('V1006', `--faults: "${file}" cannot be read (${core.errorMessage(error)}). Name a JSON file such as { "faults": [{ "at": 3, "fault": "drop" }] }.`, { cause: error })
  }
  try {
    return JSON.parse(text) as FaultScript // checked where it is used, with the place of what is wrong
  } catch (error) {
    throw new core.VarveError('V1006', `--faults: "${file}" is no JSON (${core.errorMessage(error)}). Write one such as { "faults": [{ "at": 3, "fault": "drop" }] }.`, { cause: error })
  }
}

function portNumber(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError('Give a port from 1 to 65535.')
  return port
}

function positive(text: string): number {
  const number = Number(text)
  if (!(number > 0 && number <= 1000)) throw new InvalidArgumentError('Give a number above 0, up to 1000.')
  return number
}

function factor(text: string): number {
  const number = Number(text)
  if (!(number >= 1 && number <= 1_000_000)) throw new InvalidArgumentError('Give a number from 1 to 1000000.')
  return number
}
