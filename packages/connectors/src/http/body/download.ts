import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VarveError } from '@varve/core'

/**
 * A large body that arrived whole and waits in a temporary file. Dispose of it to remove the file.
 *
 * @example
 * ```ts
 * await using body = await http.download({ path: '/OTC/Data/View/data', query: { id: view } })
 * for await (const row of jsonElements(body.bytes(), ['data', ''])) console.log(row)
 * ```
 */
export interface Download extends AsyncDisposable {
  readonly size: number
  /** Its bytes from the beginning, as often as wanted. */
  bytes(): AsyncIterable<Uint8Array>
}

/** Writes bytes to a temporary file that only this user can read; nothing of it stays when they break off. */
export async function spool(bytes: AsyncIterable<Uint8Array> | null, onChunk: (chunk: Uint8Array) => void): Promise<Download> {
  const path = join(tmpdir(), `varve-${randomUUID()}.part`)
  const remove = () => rm(path, { force: true })
  const file = await onDisk(path, () => open(path, 'wx', 0o600))
  let size = 0
  try {
    for await (const chunk of bytes ?? []) {
      onChunk(chunk)
      size += chunk.byteLength
      await onDisk(path, () => file.writeFile(chunk))
    }
    await file.close()
  } catch (error) {
    await file.close().catch(() => undefined) // the first failure is the one to tell
    await remove()
    throw error
  }
  return { size, bytes: () => createReadStream(path), [Symbol.asyncDispose]: remove }
}

/** A failure of the disk is not one of the source, and must not be taken for a body that broke off. */
async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'no code'
    throw new VarveError(code === 'ENOSPC' ? 'V3004' : 'V1002', `The temporary file "${path}" cannot be written (${code}). Make room, or name another directory in TMPDIR.`, { cause: error })
  }
}
