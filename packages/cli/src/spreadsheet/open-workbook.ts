import type { Readable } from 'node:stream'
import { VarveError, errorMessage } from '@varve/core'
import { openPromise, type Entry, type ZipFile } from 'yauzl'

/** The parts of a workbook: files in a zip, read one after another as they are asked for. */
export class Workbook implements AsyncDisposable {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws VarveError V1006 when it is no zip file, or a broken one. */
  static async open(path: string): Promise<Workbook> {
    try {
      const zip = await openPromise(path, { autoClose: false })
      const entries = new Map<string, Entry>()
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry)
      return new Workbook(zip, entries)
    } catch (error) {
      throw new VarveError('V1006', `"${path}" is no spreadsheet in XLSX form (${errorMessage(error)}). Save it as .xlsx, or as .csv.`, { cause: error })
    }
  }

  has(part: string): boolean {
    return this.entries.has(part)
  }

  /** The bytes of a part, as they are unpacked. */
  async read(part: string): Promise<Readable> {
    const entry = this.entries.get(part)
    if (!entry) throw new VarveError('V1006', `The spreadsheet has no part "${part}": it is broken. Save it again, or as .csv.`)
    return this.zip.openReadStreamPromise(entry)
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.zip.close()
    return Promise.resolve()
  }
}
