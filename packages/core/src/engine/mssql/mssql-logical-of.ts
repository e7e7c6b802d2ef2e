import type { LogicalType } from '../../table/logical-type.js'

const plain: Readonly<Record<string, LogicalType>> = {
  int: { kind: 'integer' },
  bigint: { kind: 'bigint' },
  bit: { kind: 'boolean' },
  float: { kind: 'float' },
  'float(53)': { kind: 'float' },
  date: { kind: 'date' },
  'datetime2(6)': { kind: 'timestamp' },
  'time(6)': { kind: 'time' },
  'nvarchar(max)': { kind: 'text' },
  uniqueidentifier: { kind: 'uuid' },
  'varbinary(max)': { kind: 'binary' },
  // Without parameters these have eighteen digits and no fraction.
  decimal: { kind: 'decimal', precision: 18, scale: 0 },
  numeric: { kind: 'decimal', precision: 18, scale: 0 },
}

/**
 * The logical type that stands for exactly this type of SQL Server, if there is one. JSON is kept as text there, so a
 * column of JSON cannot be told from one of text by its type.
 */
export function mssqlLogicalOf(nativeType: string): LogicalType | undefined {
  const spelled = nativeType.toLowerCase().replace(/\s/g, '')
  const text = /^nvarchar\((\d+)\)$/.exec(spelled)
  if (text) return { kind: 'text', length: Number(text[1]) }
  const decimal = /^(?:decimal|numeric)\((\d+)(?:,(\d+))?\)$/.exec(spelled)
  if (decimal) return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2] ?? 0) }
  return plain[spelled]
}
