import type { Session } from '../session.js'
import type { CanonicalTable } from './canonical-table.js'
import { canonicalNamed, canonicalTables } from './canonical-tables.js'

/**
 * The canonical table of a name, as the pipeline of the configuration has it, or as it comes with the command.
 *
 * @throws VarveError V1006 that names those there are.
 */
export async function configuredTable({ config }: Pick<Session, 'config'>, name: string): Promise<CanonicalTable> {
  const configured: object | undefined = await config.pipelines.get('connectwise')?.()
  const own = configured && 'canonical' in configured && Array.isArray(configured.canonical) ? (configured.canonical as readonly CanonicalTable[]) : undefined // made by our own pipeline
  return canonicalNamed(name, own ?? canonicalTables)
}
