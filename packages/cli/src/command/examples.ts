import type { Command } from 'commander'

/** Puts examples below the help of a command: each a line of the shell, and what it does. */
export function addExamples(command: Command, examples: readonly (readonly [line: string, what: string])[]): void {
  const width = Math.max(...examples.map(([line]) => line.length))
  command.addHelpText('after', `\nExamples:\n${examples.map(([line, what]) => `  $ ${line.padEnd(width)}   ${what}`).join('\n')}`)
}
