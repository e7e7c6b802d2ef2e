import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { VarveError } from '@varve/core'
import { faultAt, type Fault } from './fault-script.js'
import { RequestLog, type RequestEntry } from './request-log.js'
import { sizeOf, slice, write, type SimulatedBody } from './simulated-body.js'
import type { SimulatorClock } from './simulator-clock.js'

/** A request to a simulated source. */
export interface SimulatedRequest {
  readonly number: number
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  /** Aborted when the client hangs up. */
  readonly signal: AbortSignal
}

/** What a simulated source answers. */
export interface SimulatedAnswer {
  readonly status: number
  readonly body: SimulatedBody
  readonly headers?: Readonly<Record<string, string>>
}

/** A simulated source behind the server. */
export interface SimulatedSource {
  isTokenPath(path: string): boolean
  answer(request: SimulatedRequest): SimulatedAnswer | Promise<SimulatedAnswer>
  /** A failure as this source words it. */
  failure(status: number, text: string): SimulatedAnswer
  /** Whose request this is, where that is told from its headers. */
  accountOf?(headers: SimulatedRequest['headers']): string | undefined
  /** Makes every token that is out there worthless. */
  expireTokens(): void
}

/** A running server. */
export interface LoopbackServer {
  readonly url: string
  readonly requests: RequestLog
  readonly close: () => Promise<void>
}

/** Serves a simulated source on the loopback address and nowhere else; what the fault script says goes wrong. */
export async function startLoopbackServer(source: SimulatedSource, options: { readonly port?: number | undefined; readonly clock: SimulatorClock; readonly faults: readonly Fault[] }): Promise<LoopbackServer> {
  const { clock, faults } = options
  const requests = new RequestLog()
  const counts = { data: 0, token: 0 }

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const url = new URL(incoming.url ?? '/', 'http://localhost')
    const on = source.isTokenPath(url.pathname) ? 'token' : 'data'
    const fault = faultAt(faults, on, ++counts[on])
    const headers = headersOf(incoming)
    const entry = requests.add({ on, account: source.accountOf?.(headers), at: clock.now(), method: incoming.method ?? '', path: url.pathname, query: Object.fromEntries(url.searchParams), status: undefined, fault: fault?.fault })
    const body = await bodyOf(incoming)
    const hangUp = new AbortController()
    outgoing.on('close', () => hangUp.abort(new Error('the client hung up')))
    const ask = () => source.answer({ number: entry.number, method: entry.method, path: url.pathname, query: url.searchParams, headers, body, signal: hangUp.signal })
    if (fault) await goWrong(fault, { source, clock, entry, outgoing, ask, signal: hangUp.signal })
    else await send(await ask(), { clock, entry, outgoing })
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => {
      // The client went away while it was kept waiting, or this is a defect, which the client then sees as one.
      if (outgoing.destroyed) return
      if (!outgoing.headersSent) outgoing.writeHead(500, { 'content-type': 'text/plain' })
      outgoing.end(`The simulator failed: ${error instanceof Error ? error.stack : String(error)}`)
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new VarveError('V1002', `The simulator cannot listen on port ${options.port ?? 0} of the loopback address (${error.code}). Name a free port, or none.`, { cause: error })))
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Reply {
  readonly clock: SimulatorClock
  readonly entry: RequestEntry
  readonly outgoing: ServerResponse
}

async function goWrong(fault: Fault, context: Reply & { readonly source: SimulatedSource; readonly ask: () => SimulatedAnswer | Promise<SimulatedAnswer>; readonly signal: AbortSignal }): Promise<void> {
  const { source, clock, outgoing, entry, ask, signal } = context
  switch (fault.fault) {
    case 'throttle': {
      const date = new Date(clock.now() + fault.retryAfterSeconds * 1000).toUTCString()
      const headers = fault.form === 'none' ? {} : { 'retry-after': fault.form === 'date' ? date : String(fault.retryAfterSeconds) }
      return send({ ...source.failure(429, 'Too many requests'), headers }, context)
    }
    case 'error':
      return send(source.failure(fault.status, 'Injected failure'), context)
    case 'gateway-timeout':
      await clock.hold(fault.afterSeconds * 1000, signal)
      return send({ status: 504, body: '<html><body><h1>504 Gateway Time-out</h1></body></html>', headers: { 'content-type': 'text/html' } }, context)
    case 'drop':
      if (fault.when === 'after') await ask()
      outgoing.destroy()
      return
    case 'truncate': {
      const answer = await ask()
      const size = sizeOf(answer.body)
      if (fault.framing === 'whole') return send({ ...answer, body: slice(answer.body, 0, Math.floor(size / 2)) }, context)
      writeHead(answer, size, context)
      await write(slice(answer.body, 0, Math.floor(size / 2)), outgoing)
      outgoing.write('', () => outgoing.destroy())
      return
    }
    case 'slow': {
      const answer = await ask()
      const size = sizeOf(answer.body)
      writeHead(answer, size, context)
      const step = Math.ceil(size / 4) || 1
      for (let at = 0; at < size; at += step) {
        await clock.hold((fault.seconds * 1000) / 4, signal)
        await write(slice(answer.body, at, at + step), outgoing)
      }
      outgoing.end()
      return
    }
    case 'instead':
      return send({ status: fault.status, body: fault.body }, context)
    case 'expire-tokens':
      source.expireTokens()
      return send(await ask(), { clock, entry, outgoing })
  }
}

async function send(answer: SimulatedAnswer, reply: Reply): Promise<void> {
  const { body } = answer
  writeHead(answer, typeof body === 'string' ? Buffer.byteLength(body) : undefined, reply)
  if (typeof body === 'string') return void reply.outgoing.end(body)
  await write(body, reply.outgoing)
  reply.outgoing.end()
}

function writeHead(answer: SimulatedAnswer, length: number | undefined, { clock, entry, outgoing }: Reply): void {
  entry.status = answer.status
  outgoing.writeHead(answer.status, { 'content-type': 'application/json', date: new Date(clock.now()).toUTCString(), ...(length !== undefined && { 'content-length': length }), ...answer.headers })
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer) // no encoding is set, so these are buffers
  return Buffer.concat(chunks).toString()
}

function headersOf(incoming: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]))
}
