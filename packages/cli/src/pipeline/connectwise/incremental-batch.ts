import { VarveError, type ExtractContext } from '@varve/core'
import { WindowBatch, type Window, type WindowReading, type WindowTarget } from './window-batch.js'

/** The watermark up to which everything was read. */
export const readUntil = 'last_updated'
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

  protected override async window(context: ExtractContext): Promise<Window> {
    const until = await this.target.source.client.serverTime()
    const { since } = this.choices
    if (since !== undefined && since >= until) throw new VarveError('V1006', `--since is ${since}, and for ${this.target.source.tenant} it is ${until}: nothing was changed after that yet. Name an earlier instant, or none.`, { context: { since } })
    const mark = await context.watermark(readUntil)
    return { from: since ?? (mark === undefined ? undefined : before(mark)), until }
  }

  protected override async marks({ window }: WindowReading, context: ExtractContext): Promise<Readonly<Record<string, string>>> {
    const mark = await context.watermark(readUntil)
    const { since } = this.choices
    // What lies between the mark and a later beginning was not read, nor what lies before the first one.
    const isGap = since !== undefined && (mark === undefined || since > mark)
    return isGap ? {} : { [readUntil]: mark !== undefined && mark > window.until ? mark : window.until }
  }
}

/** Where a reading begins that goes on at a mark. */
export function before(mark: string): string {
  return `${new Date(Date.parse(mark) - overlapMs).toISOString().slice(0, 19)}Z`
}
