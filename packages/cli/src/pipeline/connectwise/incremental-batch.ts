import { VarveError } from '@varve/core'
import { readUntil, WindowBatch, type Window, type WindowReading, type WindowTarget } from './window-batch.js'

/** So far back is read again: the source may show a change a while after the instant that it bears. */
const overlapMs = 5 * 60_000

/** How an incremental batch is run. */
export interface IncrementalChoices {
  /** From then on, in place of the watermark. The watermark moves on as far as if nothing had been said. */
  readonly since?: string | undefined
}

/** What was changed since the last batch, or everything, where there was none. */
export class IncrementalBatch extends WindowBatch {
  override readonly type = 'incremental'

  constructor(
    target: WindowTarget,
    private readonly choices: IncrementalChoices = {},
  ) {
    super(target)
  }

  protected override async window(known: string | undefined): Promise<Window> {
    const until = await this.target.source.client.serverTime()
    const { since } = this.choices
    if (since !== undefined && since >= until) throw new VarveError('V1006', `--since is ${since}, and for ${this.target.source.tenant} it is ${until}: nothing was changed after that yet. Name an earlier instant, or none.`, { context: { since } })
    return { from: since ?? (known === undefined ? undefined : before(known)), until }
  }

  protected override marks({ window }: WindowReading, known: string | undefined): Readonly<Record<string, string>> {
    const { since } = this.choices
    // What lies between the mark and a later beginning was not read, nor what lies before the first one.
    const isGap = since !== undefined && (known === undefined || since > known)
    return isGap ? {} : { [readUntil]: known !== undefined && known > window.until ? known : window.until }
  }
}

/** Where a reading begins that goes on at a mark. */
export function before(mark: string): string {
  return `${new Date(Date.parse(mark) - overlapMs).toISOString().slice(0, 19)}Z`
}
