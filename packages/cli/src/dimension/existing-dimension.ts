import type { Engine } from '@varve/core'
import type { DimensionDefinition } from '@varve/scd2'
import type { Session } from '../session.js'

/** Opens the database of a dimension that is to be read. */
export async function existingDimension(session: Session, { table }: DimensionDefinition, file: string): Promise<Engine> {
  const { core } = session
  const engine = await session.engine()
  if (await engine.introspect(table.schema, table.name)) return engine
  throw new core.VarveError('V1009', `There is no dimension ${core.tableLabel(table)} in ${engine.description}. Load it first: varve load ${file} <rows>. Or name another database with --db.`, { context: { table: core.tableLabel(table) } })
}
