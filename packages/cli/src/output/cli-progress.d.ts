declare module 'cli-progress' {
  export interface Bar<Payload> {
    update(payload: Partial<Payload>): void
  }

  export interface BarOptions<Payload> {
    readonly stream: { write(text: string): unknown }
    readonly format: (options: unknown, parameters: unknown, payload: Payload) => string
    readonly fps: number
    /** Cuts lines at the width of the terminal instead of switching its wrapping off. */
    readonly linewrap: boolean
    readonly forceRedraw: boolean
  }

  export class MultiBar<Payload> {
    constructor(options: BarOptions<Payload>)
    create(total: number, start: number, payload: Payload): Bar<Payload>
    /** Writes a text, which ends with its line, above the bars at the next redraw. */
    log(text: string): void
    /** Redraws the bars now. */
    update(): void
    stop(): void
  }
}
