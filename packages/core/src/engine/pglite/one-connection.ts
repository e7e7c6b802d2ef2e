import { AsyncLocalStorage } from 'node:async_hooks'
import { VarveError } from '../../error/varve-error.js'
import type { PgRunner } from '../postgres/pg-runner.js'

/**
 * Knows whether whoever asks stands in a transaction that has the only connection. Waiting for it would be waiting for oneself, for ever
 * and without a word, so it is an error instead.
 */
export class OneConnection {
  readonly #transactions = new AsyncLocalStorage<{ isOpen: boolean }>()

  constructor(private readonly where: string) {}

  /** @throws VarveError V1008 when there is a transaction around it already. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    this.#assertFree()
    const state = { isOpen: true }
    try {
      return await this.#transactions.run(state, work)
    } finally {
      state.isOpen = false
    }
  }

  /** The same runner, for outside of transactions. */
  outside(runner: PgRunner): PgRunner {
    return {
      run: (text, values) => {
        this.#assertFree()
        return runner.run(text, values)
      },
      copyIn: (target, options, chunks) => {
        this.#assertFree()
        return runner.copyIn(target, options, chunks)
      },
    }
  }

  #assertFree(): void {
    if (this.#transactions.getStore()?.isOpen) throw new VarveError('V1008', `The ${this.where} was asked from within a transaction of its own. It has one connection, which the transaction holds, so the answer would never come. Ask the transaction instead: the one that was handed in, or \`context.transaction\` while a batch loads.`)
  }
}
