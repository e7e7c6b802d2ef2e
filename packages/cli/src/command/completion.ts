import { Argument, type Command } from 'commander'
import type { Host } from '../host.js'
import { addExamples } from './examples.js'

const shells = ['bash', 'zsh', 'fish'] as const

/** `varve completion`: a script that completes commands and options in a shell. */
export function addCompletion(program: Command, host: Host): void {
  const command = program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .summary('print a completion script for a shell')
    .description('Prints a script that completes the commands and options of varve in a shell.')
    .action(async (shell: (typeof shells)[number]) => {
      const { commandTree } = await import('../completion/command-tree.js')
      const tree = commandTree(program)
      const script = {
        bash: async () => (await import('../completion/bash.js')).bashCompletion(tree),
        zsh: async () => (await import('../completion/zsh.js')).zshCompletion(tree),
        fish: async () => (await import('../completion/fish.js')).fishCompletion(tree),
      }[shell]
      host.stdout.write(await script())
    })
  addExamples(command, [
    ['echo \'eval "$(varve completion bash)"\' >> ~/.bashrc', 'for every bash from now on'],
    ['echo \'eval "$(varve completion zsh)"\' >> ~/.zshrc', 'for every zsh'],
    ['varve completion fish > ~/.config/fish/completions/varve.fish', 'for every fish'],
  ])
}
