import { otcViews, type OtcView } from '../../otc/otc-view.js'
import type { SimulatedAnswer, SimulatedRequest, SimulatedSource } from '../loopback-server.js'
import type { SimulatorClock } from '../simulator-clock.js'
import type { OtcWorld } from './otc-world.js'

/** Who may read, and under which ids. */
export interface OtcAccess {
  readonly username: string
  readonly password: string
  readonly views: Readonly<Record<OtcView, string>>
}

interface DeskOptions {
  readonly world: OtcWorld
  readonly access: OtcAccess
  readonly clock: SimulatorClock
  readonly callsPerHour: number
  /** Before the first byte of an answer. */
  readonly answerSeconds: number
}

const path = '/OTC/Data/View/data'
const hourMs = 3_600_000
const pieceLength = 1 << 16
/** Each view wraps its rows in another way. */
const shapes: Readonly<Record<OtcView, readonly [string, string]>> = { tickets: ['{"message":{"data":[', ']}}'], timesheets: ['{"data":[', ']}'], comments: ['[', ']'] }

/** The API of a simulated service desk: one path, three views, and nothing to ask for but the whole. */
export class OtcDesk implements SimulatedSource {
  readonly #options: DeskOptions
  #calls: number[] = []

  constructor(options: DeskOptions) {
    this.#options = options
  }

  isTokenPath(): boolean {
    return false
  }

  expireTokens(): void {
    // There are none.
  }

  failure(status: number, text: string): SimulatedAnswer {
    return { status, body: text, headers: { 'content-type': 'text/plain' } }
  }

  async answer(request: SimulatedRequest): Promise<SimulatedAnswer> {
    const { world, access, clock, callsPerHour, answerSeconds } = this.#options
    const now = clock.now()
    this.#calls = this.#calls.filter((at) => at > now - hourMs)
    if (this.#calls.length >= callsPerHour) return { ...this.failure(429, 'Too many calls'), headers: { 'content-type': 'text/plain', 'retry-after': '60' } }
    this.#calls.push(now)
    if (request.headers['authorization'] !== `Basic ${Buffer.from(`${access.username}:${access.password}`).toString('base64')}`) return this.failure(401, 'Unauthorized')
    if (request.path !== path) return this.failure(404, 'Not found')
    if (request.method !== 'GET') return this.failure(405, 'The simulator only reads')
    const view = otcViews.find((one) => access.views[one] === request.query.get('id')?.toLowerCase())
    if (!view) return this.failure(404, 'No such view')
    if (answerSeconds > 0) await clock.hold(answerSeconds * 1000, request.signal)
    return { status: 200, body: { [Symbol.iterator]: () => bodyOf(world, view) } }
  }
}

/** The body of a view in pieces, made as they are taken. */
function* bodyOf(world: OtcWorld, view: OtcView): Generator<string> {
  const [before, after] = shapes[view]
  let piece = before
  let isFirst = true
  for (const row of world.rows(view)) {
    piece += isFirst ? JSON.stringify(row) : `,${JSON.stringify(row)}`
    isFirst = false
    if (piece.length < pieceLength) continue
    yield piece
    piece = ''
  }
  yield piece + after
}
