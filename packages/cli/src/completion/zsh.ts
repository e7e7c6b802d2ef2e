import type { CommandTree, OptionLeaf } from './command-tree.js'

/** A completion script for zsh. */
export function zshCompletion(tree: CommandTree): string {
  const shared = tree.options.map(optionText)
  const lines = (parts: readonly string[], indent: string) => parts.join(` \\\n${indent}`)
  return `#compdef ${tree.name}
# Completion of ${tree.name} for zsh. Load it with: eval "$(${tree.name} completion zsh)"
_${tree.name}() {
  local state
  local -a commands
  commands=(
${tree.commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`).join('\n')}
  )
  _arguments -C \\
    ${lines([...shared, "'1:command:->command'", "'*::argument:->argument'"], '    ')}
  case "$state" in
    command) _describe command commands ;;
    argument)
      case "$words[1]" in
${tree.commands.map((command) => `        ${command.name})\n          _arguments \\\n            ${lines([...command.options.map(optionText), ...(command.words.length > 0 ? [quoted(`1:word:(${command.words.join(' ')})`)] : []), ...shared], '            ')}\n          ;;`).join('\n')}
      esac
      ;;
  esac
}
compdef _${tree.name} ${tree.name}
`
}

function optionText({ name, summary, takesValue, choices, isFile }: OptionLeaf): string {
  const values = choices.length > 0 ? `(${choices.join(' ')})` : isFile ? '_files' : ''
  return quoted(`--${name}[${summary.replaceAll(/[[\]:]/g, (character) => `\\${character}`)}]${takesValue ? `:value:${values}` : ''}`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
