import { specOf } from '@varve/core'
import { view, type WarehouseObject } from '../../../warehouse-object/warehouse-object.js'
import { viewNames, viewTables, type ViewName } from '../otc-view.js'

/** The tables under names that need no quotes: `"TKT-Job#/Ref#"` of `tickets` is `job_ref` of `v_tickets`. */
export const snakeViews: readonly WarehouseObject[] = viewNames.map((name) => {
  const columns = specOf(viewTables[name]).columns.map((column) => `"${column.name}" as ${snakeName(column.property)}`)
  return view(snakeViewName(name), `select ${columns.join(', ')} from servicedesk.${name}`)
})

/** The name of the view over a table. */
export function snakeViewName(name: ViewName): string {
  return `servicedesk.v_${name}`
}

/** The name of a column in such a view. */
export function snakeName(property: string): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
