import type { Output } from '../host.js'

/**
 * Writes as fast as what comes after takes it, so that an answer of any size needs no more memory than a slice of it.
 *
 * @returns Whether anybody reads on; "head" does not.
 */
export async function paced(output: Output, text: string): Promise<boolean> {
  if (isOver(output)) return false
  if (output.write(text) === false && output.once) {
    await new Promise<void>((resolve) => {
      const go = () => {
        output.off?.('drain', go)
        output.off?.('close', go)
        resolve()
      }
      output.once?.('drain', go)
      output.once?.('close', go)
    })
  }
  return !isOver(output)
}

function isOver(output: Output): boolean {
  return output.writable === false
}
