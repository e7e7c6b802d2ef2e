import { holdFailure, readOnce } from './read-once.js'

/** A row that could not even be read as one. */
export class MalformedRow {
  constructor(
    readonly problem: string,
    readonly raw: string,
  ) {}
}

/** Rows as objects, or bytes in a format that is read while they arrive. */
export type RowSource<Row extends object = Readonly<Record<string, unknown>>> = Iterable<Row> | AsyncIterable<Row> | ByteSource

/** Bytes of a known format: made by {@link csv} and {@link ndjson}. */
export interface ByteSource {
  readonly format: 'csv' | 'ndjson'
  readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  /** The delimiter of CSV. */
  readonly delimiter: string
}

/** Bytes, or text that is taken as UTF-8: a file stream, a response body, a string. */
export type ByteInput = string | Uint8Array | AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>

/**
 * Rows from CSV: the first line names the columns; an empty field is NULL, an empty field in quotes the empty text.
 *
 * @example
 * ```ts
 * await stage.rows(customers, csv(createReadStream('customers.csv')))
 * ```
 */
export function csv(input: ByteInput, options: { readonly delimiter?: string } = {}): ByteSource {
  holdFailure(input)
  return { format: 'csv', bytes: { [Symbol.asyncIterator]: () => asBytes(input) }, delimiter: options.delimiter ?? ',' }
}

/**
 * Rows from NDJSON: one JSON object a line. Numbers keep every digit.
 *
 * @example
 * ```ts
 * await stage.rows(customers, ndjson('{"customerId":1,"name":"Ada"}\n'))
 * ```
 */
export function ndjson(input: ByteInput): ByteSource {
  holdFailure(input)
  return { format: 'ndjson', bytes: { [Symbol.asyncIterator]: () => asBytes(input) }, delimiter: ',' }
}

/** Whether a source is bytes of a known format. */
export function isByteSource(source: RowSource<object>): source is ByteSource {
  return 'bytes' in source && 'format' in source
}

/** More than this at once is taken in pieces, so that what is known of progress and cancellation is never far behind. */
const pieceBytes = 256 * 1024

async function* asBytes(input: ByteInput): AsyncGenerator<Uint8Array> {
  if (typeof input === 'object') readOnce(input)
  if (typeof input === 'string' || input instanceof Uint8Array) yield* pieces(input)
  else for await (const chunk of input) yield* pieces(chunk)
}

function* pieces(chunk: Uint8Array | string): Generator<Uint8Array> {
  const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}
