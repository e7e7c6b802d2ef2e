import { sql } from 'drizzle-orm'
import { columnList } from './version-list.js'
import type { VerifyRule, VersionTable } from './verify-rule.js'

/** The rules about what names and fingerprints a version, where the definition has such columns. */
export function identityRules({ definition: { housekeeping }, phrases, table, shown }: VersionTable): VerifyRule[] {
  const rules: VerifyRule[] = []
  const { surrogateKey, recordHash } = housekeeping
  if (surrogateKey !== undefined) {
    const column = phrases.column(surrogateKey, 'v')
    rules.push({
      name: 'surrogate-key',
      one: `has no "${surrogateKey}" of its own`,
      many: `have no "${surrogateKey}" of their own`,
      offending: sql`select ${columnList(phrases, 'o', shown)} from (select ${columnList(phrases, 'v', shown)}, ${column} as varve_key, ${phrases.countRows()} over (partition by ${column}) as varve_alike from ${table} v) o where o.varve_key is null or o.varve_alike > 1`,
    })
  }
  if (recordHash !== undefined) {
    const column = phrases.column(recordHash, 'v')
    rules.push({ name: 'record-hash', one: `has no "${recordHash}"`, many: `have no "${recordHash}"`, offending: sql`select ${columnList(phrases, 'v', shown)} from ${table} v where ${column} is null or ${column} = ''` })
  }
  return rules
}
