/** A view or a function of the warehouse, in the words of its engine. */
export interface WarehouseObject {
  readonly kind: 'function' | 'view' | 'materialized view'
  /** With its schema; a function with its types. */
  readonly name: string
  /** One statement each. */
  readonly create: string
  /** What is made with it. */
  readonly indexes?: readonly string[]
}

/** A view. */
export function view(name: string, query: string): WarehouseObject {
  return { kind: 'view', name, create: `create view ${name} as ${query}` }
}
