import type { TakeOver } from '../built-in-migrations.js'
import type { Colors } from './colors.js'
import { countText } from './numbers.js'

/** What was done to the tables of an earlier program, or would be, in words. */
export function takeOverText(database: string, pipeline: string, { steps, duplicates }: TakeOver, isDry: boolean, colors: Colors): string {
  const rows = duplicates && `${countText(duplicates.removed)} of ${countText(duplicates.rows)} rows ${isDry ? 'would move' : 'moved'} to ${duplicates.archive}, since ${countText(duplicates.groups)} keys have several; of each key stays ${duplicates.keeps}`
  const lines = [
    ...steps.flatMap(({ what, statements }) => [`  ${colors.green('+')} ${what}`, ...(isDry ? statements.map((statement) => colors.dim(`      ${statement};`)) : [])]),
    ...(rows === undefined ? [] : [`  ${colors.green('+')} ${rows}`]),
    `  ${colors.green('+')} tables, constraints, views and functions ${isDry ? 'would be' : 'are'} as declared`,
  ]
  return [colors.bold(`${pipeline} in ${database}`), ...lines, ...(isDry ? [colors.dim('  Nothing was changed.')] : [])].join('\n')
}
