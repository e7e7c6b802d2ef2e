import type { CommandTree, OptionLeaf } from './command-tree.js'

/** A completion script for bash. */
export function bashCompletion(tree: CommandTree): string {
  const options = uniqueOptions(tree)
  const words = (command: CommandTree) => [...command.commands.map(({ name }) => name), ...command.words, ...command.options.map(({ name }) => `--${name}`)].join(' ')
  const shared = tree.options.map(({ name }) => `--${name}`).join(' ')
  const valued = options.filter((option) => option.takesValue)
  return `# Completion of ${tree.name} for bash. Load it with: eval "$(${tree.name} completion bash)"
_${tree.name}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" command='' words='' at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "\${COMP_WORDS[at]}" in
      ${tree.commands.map(({ name }) => name).join(' | ')})
        command="\${COMP_WORDS[at]}"
        break
        ;;
    esac
  done
  case "$previous" in
${valued.map(({ name, choices, isFile }) => `    --${name})\n      COMPREPLY=(${choices.length > 0 ? `$(compgen -W '${choices.join(' ')}' -- "$word")` : isFile ? '$(compgen -f -- "$word")' : ''})\n      return\n      ;;`).join('\n')}
  esac
  case "$command" in
    '') words='${words(tree)}' ;;
${tree.commands.map((command) => `    ${command.name}) words='${[...new Set(`${words(command)} ${shared}`.split(' '))].join(' ').trim()}' ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _${tree.name} ${tree.name}
`
}

function uniqueOptions(tree: CommandTree): OptionLeaf[] {
  return [...new Map([tree, ...tree.commands].flatMap(({ options }) => options.map((option) => [option.name, option]))).values()]
}
