import { VarveError } from './varve-error.js'

/** What an abort signal gave as its reason, as an error of ours. */
export function asInterruption(reason: unknown): VarveError {
  if (reason instanceof VarveError) return reason
  return new VarveError('V5001', 'The work was interrupted. Nothing of it was written; run it again when you like.', { cause: reason })
}
