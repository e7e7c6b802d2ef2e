import { existsSync, readFileSync } from 'node:fs'
import { extname, relative, resolve } from 'node:path'
import type { DimensionDefinition } from '@varve/scd2'
import type { Session } from '../session.js'

/** Reads the definition of a dimension: a JSON file, or a module that exports a definition or the class of a dimension. */
export async function findDefinition({ core, host }: Session, file: string): Promise<DimensionDefinition> {
  const path = resolve(host.directory, file)
  if (!existsSync(path)) throw new core.VarveError('V1009', `The definition "${file}" does not exist. Check its path, which starts at ${host.directory}.`, { context: { file } })
  const scd2 = await import('@varve/scd2')
  if (extname(path) === '.json') {
    try {
      return scd2.parseDefinition(readFileSync(path, 'utf8'))
    } catch (error) {
      throw core.loadError(file, error)
    }
  }
  const place = relative(host.directory, path)
  const exported = await core.importFile(path, { '@varve/core': core, '@varve/scd2': scd2 }).catch((error: unknown) => {
    throw core.loadError(place, error)
  })
  const found = 'default' in exported && isDefined(exported['default']) ? [exported['default']] : Object.values(exported).filter(isDefined)
  const [only, another] = [...new Set(found.map((one) => ('definition' in one ? one.definition : one)))]
  if (only && another === undefined) return only
  throw new core.VarveError('V1009', `${place} exports ${only ? 'several definitions' : 'no definition'}. Export one by default: what dimensionDefinition(…) or scd2Dimension(…) answers.`, { context: { file, exports: Object.keys(exported) } })
}

/** A definition, or what has one: by their shape, since they may come from another copy of the library. */
function isDefined(value: unknown): value is DimensionDefinition | { readonly definition: DimensionDefinition } {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const held = 'definition' in value ? value.definition : value
  return typeof held === 'object' && held !== null && 'table' in held && 'key' in held && 'housekeeping' in held
}
