// A process that loads the sites: `load-sites <url> <load> <wait|refuse> [end]`. It says "waiting" when it waits for another. The end is
// the number of the statement before which it kills itself, on a server, or the name of the point at which it does; or `-`: then it says
// "inside" once rows are on their way, and goes on when its input says so. At last it says how many statements it sent.
import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import pg from 'pg'
import { openEngine, pointChannel, silentLogger, VarveError } from '@varve/core'
import { SiteDimension, siteLoads, type SiteLoad } from './site-loads.ts'

const [url = '', name = 'first', wait = 'wait', end = ''] = process.argv.slice(2)
const die = () => void process.kill(process.pid, 'SIGKILL')

let statements = 0
const query = Reflect.get(pg.Client.prototype, 'query') as (...args: unknown[]) => unknown // of many overloads, which pass through as they are
Reflect.set(pg.Client.prototype, 'query', function (this: pg.Client, ...args: unknown[]) {
  statements += 1
  if (String(statements) === end) die()
  return query.apply(this, args)
})
subscribe(pointChannel.name, (message) => {
  if ((message as { readonly name: string }).name === end) die()
})

const waiting = () => void process.stdout.write('waiting\n')
const log = { ...silentLogger, info: (_fields: object, message: string) => void (message.startsWith('waiting') && waiting()) }

async function* slowly<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows
  process.stdout.write('inside\n')
  await once(process.stdin, 'data')
}

try {
  const how = wait === 'refuse' ? 'refuse' : 'wait'
  const { rows, at, complete } = siteLoads[name as SiteLoad]
  await using engine = await openEngine(url, { wait: how, waiting })
  const { counts } = await new SiteDimension(engine).load(end === '-' ? slowly(rows) : rows, { at, complete, wait: how, log })
  process.stdout.write(`${JSON.stringify({ counts, statements })}\n`)
} catch (error) {
  process.stderr.write(`${String(error)}\n`)
  process.exitCode = error instanceof VarveError ? error.exitCode : 70
}
process.stdin.unref()
