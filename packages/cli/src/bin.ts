import { runProgram } from './main.js'
import type { Host, Output } from './host.js'

const interrupted = 130
const controller = new AbortController()

// The first one ends the work cleanly, which may take a moment; the second one ends at once.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (controller.signal.aborted) process.exit(interrupted)
    process.stderr.write('\nStopping: what is under way is undone and recorded. Once more ends at once.\n')
    controller.abort(new DOMException(`The process got ${name}.`, 'AbortError'))
  })
}

// Whoever read the output has gone, as "head" does: nothing is left to say.
let isGone = false
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  isGone = true
})
const stdout: Output = {
  write: (text) => process.stdout.write(text),
  isTTY: process.stdout.isTTY,
  columns: process.stdout.columns,
  get writable() {
    return !isGone
  },
  once: (event, listener) => process.stdout.once(event, listener),
  off: (event, listener) => process.stdout.off(event, listener),
}

const argv = process.argv.slice(2)
const host: Host = { stdout, stderr: process.stderr, stdin: process.stdin, environment: process.env, directory: process.cwd(), signal: controller.signal }

// Node itself would print the error as it is, with whatever secret is in it.
process.on('uncaughtException', (error) => void crash(error))

async function crash(error: unknown): Promise<never> {
  const { printError } = await import('./output/error.js')
  process.exit(await printError(host, { color: true, json: argv.includes('--json') }, error))
}

process.exitCode = await runProgram(argv, host)
