// A process that loads people, and may kill itself at a named point: `load-people <url> <state> <wait|refuse> [point] [times]`.
// With `-` for the point it says "inside" while it extracts, and goes on when its input says so.
import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { openEngine, pointChannel, VarveError } from '../../src/index.ts'
import { PeopleBatch } from './people-batch.ts'

const [url = '', state = '1', wait = 'wait', point, times = '1'] = process.argv.slice(2)
let left = Number(times)
subscribe(pointChannel.name, (message) => {
  if ((message as { name: string }).name === point && --left === 0) process.kill(process.pid, 'SIGKILL')
})

const holdOn = async () => {
  process.stdout.write('inside\n')
  await once(process.stdin, 'data')
}

try {
  const how = wait === 'refuse' ? 'refuse' : 'wait'
  await using engine = await openEngine(url, { wait: how })
  const outcome = await new PeopleBatch(state === '1' ? 1 : 2, point === '-' ? holdOn : undefined).run(engine, { wait: how })
  process.stdout.write(`${JSON.stringify({ takenOver: outcome.takenOver, batchId: outcome.batchId, counts: outcome.steps[1]?.counts })}\n`)
} catch (error) {
  process.stderr.write(`${String(error)}\n`)
  process.exitCode = error instanceof VarveError ? error.exitCode : 70
}
process.stdin.unref()
