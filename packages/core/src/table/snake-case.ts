/**
 * Turns a property name into a column name: `customerId` → `customer_id`, `etlBatchID` → `etl_batch_id`.
 * A name that has no capital letters stays as it is.
 */
export function snakeCase(property: string): string {
  return property
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
}
