/** Which rows a partition holds, in neutral text. An end of a range that is undefined is open; `other` holds the rows that belong to no other partition. */
export type PartitionBound =
  | { readonly kind: 'list'; readonly values: readonly (string | null)[] }
  | { readonly kind: 'range'; readonly from: string | undefined; readonly to: string | undefined }
  | { readonly kind: 'other' }

/** A bound in words, for plans and messages. */
export function boundText(bound: PartitionBound): string {
  switch (bound.kind) {
    case 'list':
      return bound.values.map((value) => value ?? 'NULL').join(', ')
    case 'range':
      return `${bound.from ?? '…'} to ${bound.to ?? '…'}`
    case 'other':
      return 'all others'
  }
}
