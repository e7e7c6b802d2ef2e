/**
 * How a batch stands. Each transition is one statement that names the state it comes from:
 *
 * - `running` → `committed` inside the data transaction, so it is true exactly when the data is there
 * - `committed` → `succeeded` when the batch is closed
 * - `running` → `failed` with the error
 * - `running` → `abandoned` by the next batch, which found that its process is gone
 */
export const batchStates = ['running', 'committed', 'succeeded', 'failed', 'abandoned'] as const

/** A state of a batch. */
export type BatchState = (typeof batchStates)[number]
