import type { Globals } from '../globals.js'
import type { Host } from '../host.js'
import { colorsFor, type Colors } from './colors.js'
import { jsonText } from './json.js'

/** Prints results: text for people, or with --json one JSON value. Whatever is printed is redacted. */
export class Printer {
  readonly colors: Colors
  readonly errorColors: Colors

  constructor(
    private readonly host: Host,
    private readonly globals: Globals,
    private readonly redact: (text: string) => string,
  ) {
    this.colors = colorsFor(host.stdout, host, globals)
    this.errorColors = colorsFor(host.stderr, host, globals)
  }

  /** Prints a result in the form that was asked for. */
  result(json: unknown, text: () => string): void {
    if (this.globals.json) this.host.stdout.write(jsonText(json, this.redact))
    else this.#text(text())
  }

  /** Prints what became of work; with --quiet, that it ended well says enough. */
  summary(json: unknown, text: () => string): void {
    if (this.globals.json || !this.globals.quiet) this.result(json, text)
  }

  /** Prints a part of a result as soon as it is there; JSON has it only as a whole. */
  line(text: string): void {
    if (!this.globals.json) this.#text(text)
  }

  /** Prints what belongs to an error that follows: in JSON, the error carries it. */
  people(text: () => string): void {
    if (!this.globals.json && !this.globals.quiet) this.#text(text())
  }

  #text(text: string): void {
    this.host.stdout.write(`${this.redact(text).trimEnd()}\n`)
  }
}
