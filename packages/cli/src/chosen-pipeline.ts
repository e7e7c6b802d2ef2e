import { Command, CommanderError, Option } from 'commander'
import type { Pipeline } from '@varve/core'

/**
 * A pipeline as it is run with what stands on the command line behind its name: `customerRegion` of the pipeline is `--customer-region` there, and what is
 * positional stands by itself.
 *
 * @param run The command itself, whose own options were taken out already; they are known to the suggestions.
 * @throws CommanderError for options that neither of the two has.
 */
export function chosenPipeline(pipeline: Pipeline, argv: readonly string[], run: Command): Pipeline {
  const offered = Object.entries(pipeline.options ?? {}).map(([property, { value, description, positional = false }]) => {
    const flag = `--${property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    return { property, positional, option: new Option(value === undefined ? flag : `${flag} <${value}>`, description) }
  })
  const parser = new Command(run.name()).exitOverride().helpOption(false).allowExcessArguments(false).showSuggestionAfterError().configureOutput({ outputError: () => undefined, writeErr: () => undefined })
  for (const { option, positional } of offered) {
    if (positional) parser.argument(`[${option.attributeName()}]`)
    else parser.addOption(option)
  }
  for (const option of run.options) if (!offered.some((one) => one.option.long === option.long)) parser.addOption(new Option(option.flags))
  try {
    parser.parse([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError) || error.code !== 'commander.unknownOption' || error.message.includes('\n')) throw error
    // The help of the command knows no pipeline, so this is where its options can be read, unless a better word was found.
    const listed = offered.filter(({ positional }) => !positional).map(({ option: { flags, description } }) => `  ${flags}  ${description}`)
    throw new CommanderError(error.exitCode, error.code, [error.message, `${pipeline.name} can be told ${listed.length > 0 ? 'this:' : 'nothing of its own.'}`, ...listed].join('\n'))
  }
  const values: Readonly<Record<string, string | boolean | undefined>> = parser.opts()
  const [word] = parser.args
  return pipeline.withOptions?.(Object.fromEntries(offered.map(({ property, positional, option }) => [property, positional ? word : values[option.attributeName()]]))) ?? pipeline
}
