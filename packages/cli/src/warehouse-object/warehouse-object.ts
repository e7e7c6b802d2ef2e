/** A view or a function of a warehouse, in the words of its engine. */
export interface WarehouseObject {
  readonly kind: 'view' | 'function'
  /** With its schema; a function with the types of its parameters. */
  readonly name: string
  /** The statement that makes it, or puts it in the place of an earlier one. */
  readonly create: string
}

/**
 * A view.
 *
 * @example
 * ```ts
 * view('crm.v_open_deals', `select deal_id, amount from crm.deals where closed_at is null`)
 * ```
 */
export function view(name: string, query: string): WarehouseObject {
  return { kind: 'view', name, create: `create or replace view ${name} as ${query}` }
}

/**
 * A function in SQL that only reads.
 *
 * @example
 * ```ts
 * readingFunction('crm.open_deals', ['text'], 'of_owner text', 'bigint', `select count(*) from crm.deals where owner = of_owner`)
 * ```
 */
export function readingFunction(name: string, types: readonly string[], parameters: string, returns: string, query: string): WarehouseObject {
  return { kind: 'function', name: `${name}(${types.join(', ')})`, create: `create or replace function ${name}(${parameters}) returns ${returns} language sql stable parallel safe as $$\n${query}\n$$` }
}
