import type { SQLWrapper } from 'drizzle-orm'
import { rawForm } from '../stage/raw-form.js'
import { specOf, type TableLike } from '../table/table-like.js'
import { tableLabel } from '../table/table-spec.js'
import type { CheckSample, DataQualityCheck, Severity } from './check.js'
import { assertNames } from './check-name.js'
import { samplesAtMost } from './row-rule.js'

/**
 * No row is answered by a query of your own: each row that is, offends. What NULL means is up to the query.
 *
 * **Details**
 *
 * The query is a select, and runs once. Its rows are read in slices and counted, and its first ones are the samples: `order by` says which, and
 * the columns that are selected first come first.
 *
 * @example
 * ```ts
 * customSql('every order has a line', sql`select o.order_id from ${orders.pg} o where not exists (select 1 from ${lines.pg} l where l.order_id = o.order_id)`)
 * ```
 */
export function customSql(name: string, query: SQLWrapper, options: { readonly severity?: Severity; readonly table?: TableLike } = {}): DataQualityCheck {
  assertNames([{ name }])
  return {
    name,
    severity: options.severity ?? 'error',
    table: options.table && tableLabel(specOf(options.table)),
    run: async ({ session }) => {
      const samples: CheckSample[] = []
      let offending = 0
      for await (const rows of session.stream(query)) {
        offending += rows.length
        for (const row of rows.slice(0, samplesAtMost - samples.length)) samples.push({ raw: rawForm(row) })
      }
      const message = offending === 0 ? 'no row offends' : offending === 1 ? '1 row offends' : `${offending} rows offend`
      return { passed: offending === 0, offending, message, samples }
    },
  }
}
