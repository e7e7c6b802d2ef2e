import type { Output } from '../host.js'

/** What is drawn at the bottom of a terminal, and drawn again below each line that is written meanwhile. */
export interface Drawing {
  /** Writes whole lines above the drawing. */
  above(text: string): void
  stop(): void
}

/** Standard error, shared by log lines and the progress that is drawn below them. */
export class Screen {
  #drawing: Drawing | undefined

  constructor(readonly output: Output) {}

  write(text: string): void {
    if (this.#drawing) this.#drawing.above(text)
    else this.output.write(text)
  }

  draw(drawing: Drawing): void {
    this.stop()
    this.#drawing = drawing
  }

  /** Ends the drawing; its last state stays. */
  stop(): void {
    this.#drawing?.stop()
    this.#drawing = undefined
  }
}
