import type { RevertOutcome } from '@varve/scd2'
import type { Colors } from './colors.js'
import { countText } from './numbers.js'
import { textTable } from './text-table.js'

/** What a revert did, or would do. */
export function revertText({ batchId, dryRun, reverted, dimensions }: RevertOutcome, colors: Colors): string {
  const table = textTable(
    [{ title: 'dimension' }, ...['deleted', 'reopened', 'restored'].map((title) => ({ title, align: 'right' as const }))],
    dimensions.map(({ dimension, deleted, reopened, restored }) => [dimension, countText(deleted), countText(reopened), countText(restored)]),
    colors,
  )
  const what = reverted.length === 1 ? `batch ${reverted[0]}` : `${reverted.length} batches`
  return [
    dryRun ? `${colors.bold(what)} would be reverted:` : `${colors.bold(what)} ${reverted.length === 1 ? 'is' : 'are'} ${colors.green('reverted')}:`,
    ...(reverted.length > 1 ? reverted.map((id) => `  ${id}`) : []),
    '',
    table,
    '',
    colors.dim(dryRun ? '  Versions. Nothing was changed.' : `  Versions. The revert is batch ${batchId}.`),
  ].join('\n')
}
