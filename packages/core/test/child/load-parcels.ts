// A process that loads parcels: `load-parcels <url> <epoch> [point] [times] [now|later]`. It kills itself the so many-th time that it
// passes the point; `later` means as soon as what was begun there has been handed to the engine. It says "waiting" when it waits for another.
import { subscribe } from 'node:diagnostics_channel'
import { openEngine, pointChannel, silentLogger } from '../../src/index.ts'
import { ParcelBatch } from './parcel-batch.ts'

const [url = '', epoch = '1', point, times = '1', when = 'now'] = process.argv.slice(2)
const die = () => process.kill(process.pid, 'SIGKILL')
let left = Number(times)
subscribe(pointChannel.name, (message) => {
  if ((message as { readonly name: string }).name !== point || --left !== 0) return
  if (when === 'later') setImmediate(die)
  else die()
})

const waiting = () => void process.stdout.write('waiting\n')
await using engine = await openEngine(url, { wait: 'wait', waiting })
const log = { ...silentLogger, info: (_fields: object, message: string) => void (message.startsWith('waiting') && waiting()) }
const { takenOver } = await new ParcelBatch(epoch === '1' ? 1 : 2).run(engine, { log })
process.stdout.write(`${JSON.stringify({ abandoned: takenOver.abandoned.length, completed: takenOver.completed.length })}\n`)
