import type { Command } from 'commander'

/** A command as completion sees it. */
export interface CommandTree {
  readonly name: string
  readonly summary: string
  readonly options: readonly OptionLeaf[]
  /** The words that its argument can be, where they are known. */
  readonly words: readonly string[]
  readonly commands: readonly CommandTree[]
}

/** An option as completion sees it. */
export interface OptionLeaf {
  /** Without the dashes. */
  readonly name: string
  readonly summary: string
  readonly takesValue: boolean
  readonly isFile: boolean
  readonly choices: readonly string[]
}

/** The tree of commands and options that a program declares. */
export function commandTree(command: Command): CommandTree {
  return {
    name: command.name(),
    summary: command.summary() || command.description(),
    options: command.createHelp().visibleOptions(command).map(({ long, description, required, optional, flags, argChoices }) => ({
      name: long?.replace(/^--/, '') ?? '',
      summary: description,
      takesValue: required || optional,
      isFile: flags.includes('<file>'),
      choices: argChoices ?? [],
    })),
    words: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
    commands: command.commands.map(commandTree),
  }
}
