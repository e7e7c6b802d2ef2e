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
  const offered = offeredBy(pipeline)
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
    // A better word was not found.
    throw new CommanderError(error.exitCode, error.code, `${error.message}\n${optionsOf(pipeline)}`)
  }
  const values: Readonly<Record<string, string | boolean | undefined>> = parser.opts()
  const [word] = parser.args
  return pipeline.withOptions?.(Object.fromEntries(offered.map(({ property, positional, option }) => [property, positional ? word : values[option.attributeName()]]))) ?? pipeline
}

/** What a pipeline can be told, in lines. */
export function optionsOf(pipeline: Pipeline): string {
  const offered = offeredBy(pipeline).map(({ positional, option: { flags, description } }) => ({ shown: positional ? flags.replace(/^.*<(.*)>$/, '[$1]') : flags, description }))
  const width = Math.max(...offered.map(({ shown }) => shown.length))
  return [`${pipeline.name} can be told ${offered.length > 0 ? 'this:' : 'nothing of its own.'}`, ...offered.map(({ shown, description }) => `  ${shown.padEnd(width)}  ${description}`)].join('\n')
}

function offeredBy(pipeline: Pipeline): { readonly property: string; readonly positional: boolean; readonly option: Option }[] {
  return Object.entries(pipeline.options ?? {}).map(([property, { value, description, positional = false }]) => {
    const flag = `--${property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    return { property, positional, option: new Option(value === undefined ? flag : `${flag} <${value}>`, description) }
  })
}
