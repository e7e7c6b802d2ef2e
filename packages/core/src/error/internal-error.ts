import { VarveError } from './varve-error.js'

/** A broken promise of our own code: the user cannot mend it, so the message asks for a report. */
export function internalError(what: string, cause?: unknown): VarveError {
  return new VarveError('V9001', `Internal error: ${what}. Please report it with the steps that led here.`, { cause })
}
