import type { Command } from 'commander'
import type { Engine, Logger, ResolvedConfig } from '@varve/core'
import type { Core } from './core.js'
import type { Globals } from './globals.js'
import type { Host } from './host.js'
import { logger } from './output/log.js'
import { Printer } from './output/printer.js'
import { Screen } from './output/screen.js'

/** What a command works with: the library, the configuration, and a database that is opened when it is asked for. */
export class Session implements AsyncDisposable {
  #engine: Promise<Engine> | undefined

  private constructor(
    readonly core: Core,
    readonly host: Host,
    readonly globals: Globals,
    readonly config: ResolvedConfig,
    readonly printer: Printer,
    readonly screen: Screen,
    readonly log: Logger,
  ) {}

  /** Reads the configuration; nothing is connected yet. */
  static async open(host: Host, command: Command): Promise<Session> {
    const globals = command.optsWithGlobals<Globals>()
    const core = await import('@varve/core')
    const config = await core.loadConfig({
      directory: host.directory,
      environment: host.environment,
      file: globals.config,
      database: globals.db,
      logLevel: globals.logLevel,
      // Whatever the project has installed: what its configuration makes is to be of this very library.
      modules: { '@varve/core': core },
    })
    const screen = new Screen(host.stderr)
    const printer = new Printer(host, globals, core.redact)
    return new Session(core, host, globals, config, printer, screen, await logger(core, screen, config, globals, printer.errorColors))
  }

  get signal(): AbortSignal {
    return this.host.signal
  }

  /** The database, opened at the first call and closed with the session. */
  engine(options: { readonly wait?: 'wait' | 'refuse'; readonly url?: string } = {}): Promise<Engine> {
    this.#engine ??= this.core.openEngine(options.url ?? this.config.database.url.reveal(), { wait: options.wait ?? 'refuse', signal: this.signal })
    return this.#engine
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.screen.stop()
    // Who could not open it has said so already.
    const engine = await this.#engine?.catch(() => undefined)
    await engine?.close()
  }
}
