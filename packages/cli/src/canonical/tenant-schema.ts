import { ledgerSchema, VarveError } from '@varve/core'

/**
 * The schema in which the tables of a tenant are: its name in small letters, with `_` for whatever is no letter or digit. One schema a tenant
 * keeps tenants apart by rights of the database, too.
 *
 * @throws VarveError V1006 for a name that would land in a schema of something else.
 *
 * @example
 * ```ts
 * tenantSchema('Site-Technology') // 'site_technology'
 * ```
 */
export function tenantSchema(tenant: string): string {
  const schema = tenant.trim().toLowerCase().replaceAll(/[^a-z0-9]/g, '_')
  const isTaken = [ledgerSchema, 'public', 'dbo', 'sys', 'information_schema'].includes(schema) || schema.startsWith('pg_')
  if (isTaken || !/^[a-z]/.test(schema) || schema.length > 63) {
    throw new VarveError('V1006', `A tenant cannot be called "${tenant}": its tables would be in the schema "${schema}", ${isTaken ? 'which belongs to something else' : 'and a schema begins with a letter and has at most 63 characters'}. Give it another name on our side.`, { context: { tenant } })
  }
  return schema
}
