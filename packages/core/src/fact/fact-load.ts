import { sql, type SQL } from 'drizzle-orm'
import type { LoadContext } from '../batch/batch-contexts.js'
import type { Finding } from '../batch/ledger/finding-ledger.js'
import { TableLoad } from '../batch/table-load.js'
import { VarveError } from '../error/varve-error.js'
import type { ColumnSpec } from '../table/table-spec.js'
import type { FactDefinition } from './fact-definition.js'
import { factTurns } from './fact-turns.js'

/** How much a step of a statement may keep in memory: the versions of a large dimension fit, so that facts are not written aside to be joined with them (measured). */
const memoryMb = 64

/** One write to a fact: what its statements share. */
export class FactLoad extends TableLoad<FactDefinition> {
  readonly findings: Finding[] = []

  /** Begins a write: another one to the same fact waits until this transaction ends. */
  static async begin(context: LoadContext, definition: FactDefinition): Promise<FactLoad> {
    const load = new FactLoad(context, definition)
    if (!(await factTurns.take(load.phrases, load.session, definition.table))) {
      throw new VarveError('V3013', `${load.label} is not there yet. Call prepare() of the fact before its first batch.`, { context: { table: load.label } })
    }
    await load.session.grantMemory(memoryMb)
    return load
  }

  get fact(): SQL {
    return this.table
  }

  /** What rows bring and what is computed of them: all columns but those that a load fills in. */
  get staged(): readonly ColumnSpec[] {
    const { input, measures, table } = this.definition
    return table.columns.filter((column) => input.spec.columns.includes(column) || measures?.measures.includes(column.property))
  }

  /** The same fact, by two aliases. */
  sameFact(one: string, other: string): SQL {
    return this.equal(this.definition.identity, one, other)
  }

  equal(columns: readonly ColumnSpec[], one: string, other: string): SQL {
    return sql.join(columns.map((column) => sql`${this.column(column, one)} = ${this.column(column, other)}`), sql` and `)
  }

  find(finding: Omit<Finding, 'table'> & { readonly table?: string }): void {
    this.findings.push({ table: this.label, ...finding })
  }
}
