import { sql, type SQLWrapper } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { SchemaChange } from '../../table/schema-change.js'
import { ddlStatements, qualified } from '../ddl.js'
import type { BulkTarget, EncodedRow, QueryResult, Session, TableAddress, Transaction } from '../engine.js'
import type { LivePartition, LiveTable } from '../live-table.js'
import { withSourceErrors } from '../source-errors.js'
import { copyText } from './pg-copy-text.js'
import { pgDdl, quoteText } from './pg-ddl.js'
import { pgError } from './pg-errors.js'
import { introspectPg } from './pg-introspect.js'
import { partitionsOfPg } from './pg-partitions.js'
import type { PgRunner } from './pg-runner.js'
import { pgParameter } from './pg-values.js'

const dialect = new PgDialect()

/** A session over either driver: statements are rendered, run and their errors classified here. */
export class PgSession implements Session {
  constructor(
    protected readonly runner: PgRunner,
    protected readonly where: string,
  ) {}

  async query<R>(statement: SQLWrapper): Promise<QueryResult<R>> {
    const { sql: text, params } = dialect.sqlToQuery(statement.getSQL())
    const answer = await this.#guarded(() => this.runner.run(text, params.map(pgParameter)))
    return { rows: answer.rows as R[], rowCount: answer.rowCount }
  }

  /** A cursor of the transaction, or one held beyond it where there is none. */
  stream<R>(statement: SQLWrapper, options: { readonly sliceRows?: number } = {}): AsyncIterable<R[]> {
    return this.cursor<R>(statement, options.sliceRows ?? 1000, 'with hold')
  }

  protected async *cursor<R>(statement: SQLWrapper, sliceRows: number, hold: 'with hold' | 'without hold'): AsyncGenerator<R[]> {
    const name = sql.identifier(`varve_${(cursorNumber += 1)}`)
    await this.query(sql`declare ${name} no scroll cursor ${sql.raw(hold)} for ${statement.getSQL().inlineParams()}`)
    try {
      for (;;) {
        const { rows } = await this.query<R>(sql`fetch ${sql.raw(String(sliceRows))} from ${name}`)
        if (rows.length > 0) yield rows
        if (rows.length < sliceRows) break
      }
    } finally {
      // In a failed transaction the cursor is gone already, and closing it would hide the first error.
      await this.query(sql`close ${name}`).catch(() => undefined)
    }
  }

  async bulkIn(target: BulkTarget, slices: AsyncIterable<readonly EncodedRow[]>): Promise<number> {
    return this.#copyIn(target, 'format text', copyText(target.columns, slices))
  }

  async bulkInCsv(target: BulkTarget, bytes: AsyncIterable<Uint8Array>, delimiter = ','): Promise<number> {
    return this.#copyIn(target, `format csv, delimiter ${quoteText(delimiter)}`, asBuffers(bytes))
  }

  async #copyIn(target: BulkTarget, options: string, chunks: AsyncIterable<Buffer>): Promise<number> {
    // What the source of the chunks throws is not the engine's failure, and comes out as it is.
    let thrown: Error | undefined
    const watched = withSourceErrors(chunks, (error) => (thrown = error as Error))
    try {
      return await this.runner.copyIn(copyTarget(target), options, watched)
    } catch (error) {
      throw thrown ?? pgError(error, this.where)
    }
  }

  async tableNames(schema: string): Promise<string[]> {
    const { rows } = await this.query<{ name: string }>(
      sql`select c.relname as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where n.nspname = ${schema} and c.relkind in ('r', 'p') order by c.relname`,
    )
    return rows.map((row) => row.name)
  }

  async introspect(schema: string | undefined, name: string): Promise<LiveTable | undefined> {
    return this.#guarded(() => introspectPg(this.runner, schema, name))
  }

  async partitions(schema: string | undefined, name: string): Promise<LivePartition[]> {
    return this.#guarded(() => partitionsOfPg(this.runner, schema, name))
  }

  async refreshStatistics(table: TableAddress, columns: readonly string[]): Promise<void> {
    await this.#guarded(() => this.runner.run(`analyze ${qualified(pgDdl, table)} (${columns.map((column) => pgDdl.quote(column)).join(', ')})`, []))
  }

  async grantMemory(megabytes: number): Promise<void> {
    const wanted = `${Math.trunc(megabytes)}MB`
    await this.query(sql`select set_config('work_mem', ${wanted}, true) where pg_size_bytes(current_setting('work_mem')) < pg_size_bytes(${wanted})`)
  }

  async change(change: SchemaChange): Promise<void> {
    const schema = change.kind === 'create-table' ? change.table.schema : undefined
    // Making a schema needs a right that writing into one does not, even where "if not exists" finds it there.
    const exists = schema !== undefined && ((await this.#hasSchema(schema)) || (await this.#hasSchemaByNow(schema)))
    const statements = ddlStatements(pgDdl, change)
    for (const statement of exists ? statements.slice(1) : statements) await this.#guarded(() => this.runner.run(statement, []))
  }

  async #hasSchema(schema: string): Promise<boolean> {
    return (await this.query(sql`select 1 from pg_catalog.pg_namespace where nspname = ${schema}`)).rows.length > 0
  }

  /** "if not exists" fails where two make it at once: within transactions, one waits for the other here. */
  async #hasSchemaByNow(schema: string): Promise<boolean> {
    await this.query(sql`select pg_advisory_xact_lock(hashtextextended(${`varve schema ${schema}`}, 0))`)
    return this.#hasSchema(schema)
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw pgError(error, this.where)
    }
  }
}

let cursorNumber = 0

/** A transaction on either driver. */
export class PgTransaction extends PgSession implements Transaction {
  #depth = 0

  override stream<R>(statement: SQLWrapper, options: { readonly sliceRows?: number } = {}): AsyncIterable<R[]> {
    return this.cursor<R>(statement, options.sliceRows ?? 1000, 'without hold')
  }

  async savepoint<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const name = sql.identifier(`varve_${(this.#depth += 1)}`)
    await this.query(sql`savepoint ${name}`)
    try {
      const answer = await work(this)
      await this.query(sql`release savepoint ${name}`)
      return answer
    } catch (error) {
      await this.query(sql`rollback to savepoint ${name}`)
      await this.query(sql`release savepoint ${name}`)
      throw error
    } finally {
      this.#depth -= 1
    }
  }
}

function copyTarget(target: BulkTarget): string {
  return `${qualified(pgDdl, target)} (${target.columns.map((column) => pgDdl.quote(column.name)).join(', ')})`
}

async function* asBuffers(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}
