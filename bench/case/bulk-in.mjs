import { PGlite } from '@electric-sql/pglite'
import { csv, ndjson, rowEncoder, sentColumns, stageRows, stagingTable } from '@varve/core'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { chunksOf, csvLines, customerPages, customerRows, customers, ndjsonLines } from '../customer-rows.mjs'
import { median } from '../ratio-table.mjs'

export const name = 'bulk-in'
export const title = 'rows into a staging table, against COPY of the very same bytes'

const count = Number(process.env.VARVE_BENCH_ROWS ?? 500_000)
const rounds = Number(process.env.VARVE_BENCH_ROUNDS ?? 5)
const blobBytes = 4 * 1024 * 1024

/**
 * Rows into a staging table, by way of all that a batch does with them, against COPY of the very same bytes with nothing around it,
 * by turns in one run.
 */
export async function run({ engines, postgresUrl, directory, tell }) {
  const spec = customers.spec
  const columns = sentColumns(spec)
  const textChunks = chunksOf(copyLines(columns))
  const csvChunks = chunksOf(csvLines(count))
  const ndjsonChunks = chunksOf(ndjsonLines(count))
  const found = []
  for await (const { engineName, engine } of engines()) {
    const bare = engineName === 'postgres' ? await bareServer(postgresUrl) : await bareEmbedded(directory('bare'))
    const staged = (source) => async (address) => {
      const done = await stageRows(engine, spec, address, source(), { reject: () => Promise.reject(new Error('a row was rejected')), find: () => Promise.resolve() })
      if (done.staged !== count) throw new Error(`${done.staged} rows were staged`)
    }
    const methods = {
      'bare COPY of text': { work: (address) => bare.copy(address, 'format text', textChunks), bare: true },
      objects: { work: staged(() => customerRows(count)), against: 'bare COPY of text', target: engineName === 'postgres' ? 0.6 : undefined },
      'objects, by the page': { work: staged(() => customerPages(count)), against: 'bare COPY of text' },
      NDJSON: { work: staged(() => ndjson(ndjsonChunks)), against: 'bare COPY of text' },
      'bare COPY of CSV': { work: (address) => bare.copy(address, 'format csv, header', csvChunks), bare: true },
      CSV: { work: staged(() => csv(csvChunks)), against: 'bare COPY of CSV', target: engineName === 'postgres' ? 0.85 : undefined },
    }
    const times = Object.fromEntries(Object.keys(methods).map((method) => [method, []]))
    for (let round = 0; round <= rounds; round++) {
      for (const [method, { work, bare: isBare }] of Object.entries(methods)) {
        const address = { schema: 'bench', name: 'stage_rows' }
        const runner = isBare ? bare.session : engine
        await runner.change({ kind: 'drop-table', table: address })
        await runner.change({ kind: 'create-table', table: stagingTable(spec, address), unlogged: true })
        globalThis.gc?.()
        const started = performance.now()
        await work(address)
        if (round > 0) times[method].push(performance.now() - started) // the first round warms up
      }
      tell(`${engineName}: round ${round} of ${rounds}`)
    }
    for (const [method, { against, target }] of Object.entries(methods)) {
      const medianMs = median(times[method])
      // Of each round by itself: what disturbs the machine for a while disturbs both.
      const ratio = against && median(times[method].map((ms, round) => times[against][round] / ms))
      found.push({ engine: engineName, method, medianMs, rate: (count / medianMs) * 1000, ratio, target: target && `>= ${target.toFixed(2)}`, isMet: target && ratio >= target, timesMs: times[method].map(Math.round) })
    }
    await bare.close()
  }
  return found
}

function* copyLines(columns) {
  const encode = rowEncoder(columns)
  const escapes = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
  for (const row of customerRows(count)) yield `${encode(row).map((value) => (value === null ? '\\N' : value.replace(/[\\\n\r\t]/g, (one) => escapes[one]))).join('\t')}\n`
}

/** COPY as the driver does it, with nothing of ours but the making of tables. */
async function bareServer(url) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return {
    session: tableMaker((statement) => client.query(statement)),
    copy: ({ schema, name: table }, options, chunks) => pipeline(Readable.from(chunks, { objectMode: false }), client.query(copyFrom(`copy ${schema}.${table} from stdin (${options})`))),
    close: () => client.end(),
  }
}

async function bareEmbedded(directory) {
  const database = await PGlite.create({ dataDir: directory })
  return {
    session: tableMaker((statement) => database.exec(statement)),
    copy: async ({ schema, name: table }, options, chunks) => {
      let parts = []
      let size = 0
      let first = true
      const send = async () => {
        await database.query(`copy ${schema}.${table} from '/dev/blob' with (${first ? options : options.replace(', header', '')})`, [], { blob: new Blob(parts) })
        first = false
        parts = []
        size = 0
      }
      for (const chunk of chunks) {
        parts.push(chunk)
        if ((size += chunk.length) >= blobBytes) await send()
      }
      if (size > 0) await send()
    },
    close: () => database.close(),
  }
}

const types = { integer: 'integer', bigint: 'bigint', boolean: 'boolean', float: 'double precision', date: 'date', timestamp: 'timestamptz', text: 'text', decimal: 'numeric(12,2)' }

function tableMaker(runStatement) {
  return {
    change: async ({ kind, table }) => {
      if (kind === 'drop-table') return void (await runStatement(`drop table if exists ${table.schema}.${table.name}`))
      await runStatement(`create schema if not exists ${table.schema}`)
      await runStatement(`create unlogged table ${table.schema}.${table.name} (${table.columns.map((column) => `${column.name} ${column.type.length ? `varchar(${column.type.length})` : types[column.type.kind]}`).join(', ')})`)
    },
  }
}
