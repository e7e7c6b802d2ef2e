import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** Stands between a program and the server, and cuts the line where a test wants it cut. */
export interface PostgresProxy {
  readonly url: string
  /** Once a client has sent this, the server's next answer is shown first: `answered` decides whether the line is cut. */
  onAnswerTo(sent: string, answered: () => 'cut' | 'pass'): void
  close(): Promise<void>
}

/** Starts a proxy before the server of a url. */
export async function startProxy(serverUrl: string): Promise<PostgresProxy> {
  const server = new URL(serverUrl)
  const sockets = new Set<Socket>()
  let watch: { readonly sent: string; readonly answered: () => 'cut' | 'pass' } | undefined
  const listener = createServer((client) => {
    const upstream = connect(Number(server.port), server.hostname)
    let awaited: (() => 'cut' | 'pass') | undefined
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined) // the other side is told by the end of the line
    }
    client.on('data', (data) => {
      if (watch && data.includes(watch.sent)) {
        awaited = watch.answered
        watch = undefined
      }
      upstream.write(data)
    })
    upstream.on('data', (data) => {
      const cut = awaited?.() === 'cut'
      awaited = undefined
      if (cut) client.destroy()
      else client.write(data)
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const url = new URL(serverUrl)
  url.port = String((listener.address() as AddressInfo).port) // it listens on a port
  return {
    url: url.href,
    onAnswerTo: (sent, answered) => {
      watch = { sent, answered }
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => listener.close(() => resolve()))
    },
  }
}
