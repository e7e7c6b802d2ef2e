import type { DimensionDefinition } from '@varve/scd2'
import type { Core } from '../core.js'

/**
 * A member's key from the command line: `id=1`, `one=a,other=b`, or an option for each. A comma ends a value only where another column of the
 * key follows, so that values may have commas. With an option for each column nothing is cut, so that values may hold anything.
 */
export function keyOption(core: Core, { key, table }: DimensionDefinition, texts: readonly string[]): Record<string, string> {
  const properties = key.map((column) => column.property)
  const name = properties.map((property) => property.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  const found: Record<string, string> = {}
  const isOneEach = texts.length === properties.length && properties.every((property) => texts.some((one) => one.startsWith(`${property}=`)))
  for (const text of isOneEach ? texts : texts.flatMap((one) => one.split(new RegExp(`,(?=(?:${name})=)`)))) {
    const at = text.indexOf('=')
    const property = text.slice(0, Math.max(at, 0))
    if (at < 0 || !properties.includes(property) || property in found) {
      throw new core.VarveError('V1009', `${at >= 0 && property in found ? `"${property}" is given twice` : `"${text}" names no column of the key`}. The key of ${core.tableLabel(table)} is given as ${properties.map((one) => `${one}=…`).join(',')}.`, { context: { key: texts, columns: properties } })
    }
    found[property] = text.slice(at + 1)
  }
  return found
}
