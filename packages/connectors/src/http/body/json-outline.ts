const quote = 0x22
const backslash = 0x5c

/**
 * Follows the brackets of JSON while its bytes pass by, to tell at the end whether it was whole. A body can be cut off and still be
 * framed well, when something between us and the source gave up on it.
 */
export class JsonOutline {
  #depth = 0
  #isInText = false
  #isEscaped = false
  #hasBegun = false

  pass(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#isInText) {
        if (this.#isEscaped) this.#isEscaped = false
        else if (byte === backslash) this.#isEscaped = true
        else if (byte === quote) this.#isInText = false
      } else if (byte === quote) this.#isInText = true
      else if (byte === 0x7b || byte === 0x5b) {
        this.#depth++
        this.#hasBegun = true
      } else if (byte === 0x7d || byte === 0x5d) this.#depth--
    }
  }

  /** Whether what passed by is an object or a list, opened and closed. */
  get isWhole(): boolean {
    return this.#hasBegun && this.#depth === 0 && !this.#isInText
  }
}
