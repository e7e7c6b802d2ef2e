import { VarveError } from '@varve/core'

/** Says of a refusal which load of the replay it is about. */
export async function named<R>(name: string, work: () => Promise<R>, more = ''): Promise<R> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof VarveError)) throw error
    throw new VarveError(error.code, `Load ${name} of the replay: ${error.message.replace(/^\[V\d+\] /, '')}${more}`, { cause: error, context: { ...error.context, load: name }, isRetryable: error.isRetryable })
  }
}
