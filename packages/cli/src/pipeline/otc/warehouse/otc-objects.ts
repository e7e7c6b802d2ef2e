import type { WarehouseObject } from '../../../warehouse-object/warehouse-object.js'
import { ledgerViews } from './ledger-views.js'
import { reportFunctions } from './report-functions.js'
import { reportViews } from './report-views.js'
import { snakeViews } from './snake-view.js'

/** All views and functions of the pipeline, each after those that it reads. */
export function otcObjects(zone: string): readonly WarehouseObject[] {
  return [...snakeViews, ...ledgerViews, ...reportViews(zone), ...reportFunctions]
}
