import type { ColumnDifference, Difference, DimensionDefinition } from '@varve/scd2'

type Row = Readonly<Record<string, unknown>>

/** Differences with a line for each column that differs, and one for a member that appeared or left. */
export async function* differenceLines({ key }: DimensionDefinition, slices: AsyncIterable<readonly Difference<DimensionDefinition>[]>): AsyncGenerator<Row[]> {
  for await (const differences of slices) {
    yield differences.flatMap((difference): Row[] => {
      const member = { kind: difference.kind, ...Object.fromEntries(key.map(({ property }) => [property, values(difference.key).get(property)])) }
      if (difference.kind !== 'changed') return [{ ...member, column: null, before: null, after: null }]
      return Object.entries<ColumnDifference | undefined>(difference.columns).map(([column, both]) => ({ ...member, column, before: both?.before ?? null, after: both?.after ?? null }))
    })
  }
}

/** Differences as objects: the key, and the member before and after with its business columns and its interval. */
export async function* differenceObjects({ table }: DimensionDefinition, slices: AsyncIterable<readonly Difference<DimensionDefinition>[]>): AsyncGenerator<Row[]> {
  const version = (row: object) => {
    const held = values(row)
    return { ...Object.fromEntries(table.columns.map(({ property }) => [property, held.get(property) ?? null])), validFrom: held.get('validFrom'), validTo: held.get('validTo') }
  }
  for await (const differences of slices) {
    yield differences.map((difference): Row => ({
      kind: difference.kind,
      key: difference.key,
      ...(difference.kind === 'appeared' ? {} : { before: version(difference.before) }),
      ...(difference.kind === 'left' ? {} : { after: version(difference.after) }),
      ...(difference.kind === 'changed' ? { columns: difference.columns } : {}),
    }))
  }
}

function values(row: object): Map<string, unknown> {
  return new Map(Object.entries(row))
}
