import { inspect } from 'node:util'
import { hiddenText, rememberSecret } from '../log/redact.js'

/**
 * A text that must not be shown. However it is printed, joined to a text, logged or made JSON, it says `[secret]`; only
 * {@link Secret.reveal} gives the text itself.
 *
 * **Details**
 *
 * The text of every secret is also known to `redact`, so that it is hidden in the messages of others: a server that repeats a token
 * in its answer, a driver that shows its settings.
 *
 * @example
 * ```ts
 * const token = new Secret('s3cr3t-t0k3n')
 * console.log(`token: ${token}`) // token: [secret]
 * await fetch(url, { headers: { authorization: `Bearer ${token.reveal()}` } })
 * ```
 */
export class Secret {
  readonly #text: string

  /** @param options.isRemembered Whether `redact` is to know it; not for what is no secret in every part. @defaultValue true */
  constructor(text: string, options: { readonly isRemembered?: boolean } = {}) {
    this.#text = text
    if (options.isRemembered ?? true) rememberSecret(text)
  }

  /** The text itself: call it where it is used, and keep what it answers nowhere. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return hiddenText
  }

  toJSON(): string {
    return hiddenText
  }

  [Symbol.toPrimitive](): string {
    return hiddenText
  }

  [inspect.custom](): string {
    return hiddenText
  }
}
