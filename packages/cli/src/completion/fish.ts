import type { CommandTree, OptionLeaf } from './command-tree.js'

/** A completion script for fish. */
export function fishCompletion(tree: CommandTree): string {
  const start = `complete -c ${tree.name}`
  return [
    `# Completion of ${tree.name} for fish. Load it with: ${tree.name} completion fish | source`,
    `${start} -f`,
    ...tree.options.map((option) => `${start} ${optionText(option)}`),
    ...tree.commands.flatMap((command) => {
      const within = `${start} -n '__fish_seen_subcommand_from ${command.name}'`
      return [
        `${start} -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.summary)}`,
        ...(command.words.length > 0 ? [`${within} -a ${quoted(command.words.join(' '))}`] : []),
        ...command.options.map((option) => `${within} ${optionText(option)}`),
      ]
    }),
    '',
  ].join('\n')
}

function optionText({ name, summary, takesValue, choices, isFile }: OptionLeaf): string {
  const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : isFile ? ' -r -F' : takesValue ? ' -x' : ''
  return `-l ${name}${value} -d ${quoted(summary)}`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
