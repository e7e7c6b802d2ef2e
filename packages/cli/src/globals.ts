import { Option, type Command } from 'commander'

/** The options that every command has. */
export interface Globals {
  readonly db?: string
  readonly config?: string
  readonly json?: boolean
  readonly logLevel?: string
  readonly quiet?: boolean
  readonly color: boolean
}

/** Declares the options that every command has. */
export function addGlobals(program: Command): void {
  program
    .option('--db <url>', 'the database; else VARVE_DB, WAREHOUSE_DB, the configuration, or an embedded one in .varve/db')
    .option('--config <file>', 'the configuration file; else varve.config.ts, .mts, .js, .mjs or .json in the working directory')
    .option('--json', 'print one JSON value on standard output, for errors too')
    .addOption(new Option('--log-level <level>', 'how much is logged; else LOG_LEVEL or the configuration').choices(['debug', 'info', 'warn', 'error', 'silent']))
    .option('--quiet', 'print results and errors only: no progress, no log')
    .option('--no-color', 'print without colours')
}
