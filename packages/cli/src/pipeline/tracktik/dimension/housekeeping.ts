/** What every dimension of the pipeline has beside its own columns. */
export const housekeeping = {
  surrogateKey: 'surrogate_key',
  validFrom: 'valid_from',
  validTo: 'valid_to',
  isCurrent: 'is_current',
  openedBy: 'etl_batch_id',
  closedBy: 'closed_by_batch_id',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
} as const
