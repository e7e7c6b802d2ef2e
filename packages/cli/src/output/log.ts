import type { LogLevel, Logger, ResolvedConfig } from '@varve/core'
import type { Core } from '../core.js'
import type { Globals } from '../globals.js'
import type { Colors } from './colors.js'
import type { Screen } from './screen.js'

/**
 * The log of a command, on standard error: JSON lines, or readable ones on a terminal. There progress and summary tell what goes
 * well, so the log begins with warnings unless more is asked for.
 */
export async function logger(core: Pick<Core, 'createLogger'>, screen: Screen, { log }: Pick<ResolvedConfig, 'log'>, globals: Globals, colors: Colors): Promise<Logger> {
  const isTerminal = screen.output.isTTY === true
  const level: LogLevel = log.level ?? (isTerminal ? 'warn' : 'info')
  const quiet = globals.quiet === true && globals.logLevel === undefined
  const isPretty = log.format === 'pretty' || (log.format === 'auto' && isTerminal)
  return core.createLogger({ level: quiet ? 'silent' : level, destination: isPretty ? { write: await prettyLines(screen, colors) } : screen })
}

async function prettyLines(screen: Screen, colors: Colors): Promise<(line: string) => void> {
  const { prettyFactory } = await import('pino-pretty')
  const pretty = prettyFactory({ colorize: colors.isColorSupported, singleLine: true, translateTime: 'SYS:HH:MM:ss', customColors: 'message:reset' })
  return (line) => screen.write(pretty(line))
}
