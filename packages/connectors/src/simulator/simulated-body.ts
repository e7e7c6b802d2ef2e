import type { ServerResponse } from 'node:http'

/** What is answered. A large body comes in pieces, made as they are taken; each time it is asked for, it gives the same ones. */
export type SimulatedBody = string | Iterable<string | Buffer>

/** Writes no faster than the client takes. */
export async function write(pieces: Iterable<string | Buffer>, outgoing: ServerResponse): Promise<void> {
  for (const piece of pieces) {
    if (outgoing.destroyed) return
    if (!outgoing.write(piece)) await drained(outgoing)
  }
}

/** Until there is room again, or nobody who takes it. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const goOn = () => {
      outgoing.off('drain', goOn).off('close', goOn)
      resolve()
    }
    outgoing.on('drain', goOn).on('close', goOn)
  })
}

function piecesOf(body: SimulatedBody): Iterable<string | Buffer> {
  return typeof body === 'string' ? [body] : body
}

/** In bytes. */
export function sizeOf(body: SimulatedBody): number {
  let size = 0
  for (const piece of piecesOf(body)) size += Buffer.byteLength(piece)
  return size
}

/** Some of the bytes of a body. */
export function* slice(body: SimulatedBody, from: number, to: number): Generator<Buffer> {
  let at = 0
  for (const piece of piecesOf(body)) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    if (at + bytes.length > from) yield bytes.subarray(Math.max(0, from - at), to - at)
    at += bytes.length
    if (at >= to) return
  }
}
