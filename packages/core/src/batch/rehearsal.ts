import type { Quarantine } from '../stage/quarantine.js'
import { rowFindings, type Finding } from './ledger/finding-ledger.js'

const keptFindings = 20

/** What a dry run keeps in memory instead of in the ledger. */
export class Rehearsal {
  readonly #findings: Finding[] = []

  /** The first findings. */
  get findings(): readonly Finding[] {
    return this.#findings
  }

  find(findings: readonly Finding[]): void {
    this.#findings.push(...findings.slice(0, keptFindings - this.#findings.length))
  }

  quarantine(table: string): Quarantine {
    return rowFindings(table, (findings) => Promise.resolve(this.find(findings)))
  }
}

/** Takes the transaction of a dry run back when all of it has gone well. */
export class TakenBack extends Error {}
