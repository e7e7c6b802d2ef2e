import type { Session } from '@varve/core'
import { instantText } from '../model/instant.js'
import { amendFound } from '../statement/amend-found.js'
import { closeFound } from '../statement/close-found.js'
import { countFound } from '../statement/count-found.js'
import { findChanges, type FindSetting } from '../statement/find-changes.js'
import { findOdd } from '../statement/find-odd.js'
import { findUnspoken } from '../statement/find-unspoken.js'
import { forgetShown } from '../statement/forget-shown.js'
import { insertFirst } from '../statement/insert-first.js'
import { insertFound, type OpenedVersions } from '../statement/insert-opened.js'
import { rememberFormer, rememberFound, rememberSilence } from '../statement/remember-found.js'
import type { ChangeTables } from './change-tables.js'
import type { MemberLoad } from './fold-members.js'
import type { LoadTotals } from './load-totals.js'
import type { MergeTables } from './merge-tables.js'

/** What there is to work on. */
export interface CommonSetting {
  readonly hasSeveral: boolean
  readonly hasMemory: boolean
  /** Whether the dimension has no row and no load yet. */
  readonly isFirst: boolean
  readonly staged: number
}

interface Found {
  readonly rows: number
  /** Those of a row whose member has an open version. */
  readonly held: number
}

/**
 * The common case in statements over sets: one row a member, nothing late, nothing in the future. What is not common is listed, for
 * the model to judge.
 */
export class CommonChanges {
  readonly #find: FindSetting
  readonly #opened: OpenedVersions
  #found = new Map<string, Found>()

  constructor(
    private readonly session: Session,
    private readonly tables: MergeTables,
    private readonly changes: ChangeTables,
    private readonly load: MemberLoad,
    private readonly setting: CommonSetting,
  ) {
    const { at, complete, loads } = load
    const last = loads.complete.at(-1)?.at
    this.#find = {
      at: instantText(at),
      complete,
      lastComplete: last === undefined ? undefined : instantText(last),
      isNewest: last === undefined || last < at,
      isOlder: complete && last !== undefined && at < last,
      hasSeveral: setting.hasSeveral,
      hasMemory: setting.hasMemory,
    }
    this.#opened = { at: instantText(at), batchId: loads.batchId, stamp: new Date().toISOString() }
  }

  /** Whether a first load can go straight in; a hash is computed over the whole version, which is the model's work. */
  get isStraight(): boolean {
    return this.setting.isFirst && this.tables.definition.housekeeping.recordHash === undefined
  }

  /** Finds what the staged rows change. */
  async find(): Promise<void> {
    await this.session.query(this.isStraight ? findOdd(this.tables, this.changes, this.#find) : findChanges(this.tables, this.changes, this.#find))
    await this.count()
  }

  /** Whether a row was found that makes its member present, without a closer look. */
  get hasPlain(): boolean {
    return this.setting.staged > (this.#found.get('odd')?.rows ?? 0)
  }

  /** Whether versions are to be written over. */
  get hasAmended(): boolean {
    return this.#found.has('amended')
  }

  /** How many staged rows belong to a member with an open version. */
  get held(): number {
    const same = this.isStraight ? 0 : this.setting.staged - this.rows
    return same + [...this.#found.values()].reduce((sum, { held }) => sum + held, 0)
  }

  /** Finds the members that a complete load has no row for. */
  async findUnspoken(): Promise<void> {
    const { definition, memory } = this.tables
    if (this.#find.isOlder || (definition.deletes === 'ignore' && !memory)) return
    await this.session.query(findUnspoken(this.tables, this.changes, this.#find.at, this.setting.hasMemory))
    await this.count()
  }

  /** Adds up what the common rows come to. */
  total(totals: LoadTotals): void {
    const of = (kind: string) => this.#found.get(kind)?.rows ?? 0
    const rest = this.setting.staged - this.rows
    totals.count('new', of('new') + (this.isStraight ? rest : 0))
    totals.count('unchanged', of('observed') + (this.isStraight ? 0 : rest))
    totals.count('overwritten', of('amended'))
    totals.count('changed', of('changed'))
    totals.absent += of('absent')
  }

  /** Writes what was found. */
  async apply(): Promise<void> {
    const { session, tables, changes } = this
    const { sequence } = tables.definition
    const has = (...kinds: string[]) => kinds.some((kind) => this.#found.has(kind))
    if (this.isStraight) await session.query(insertFirst(tables, this.#find, this.#opened))
    if (tables.memory && sequence) {
      if (has('amended')) await session.query(rememberFormer(tables, changes, tables.memory, sequence, this.#opened))
      if (has('observed', 'amended', 'changed')) await session.query(rememberFound(tables, changes, tables.memory, sequence, this.#opened))
      if (has('silent')) await session.query(rememberSilence(tables, changes, tables.memory, this.#opened))
    }
    if (has('amended')) await session.query(amendFound(tables, changes, this.#opened.stamp))
    if (has('amended') && this.setting.hasMemory && tables.memory && sequence) await session.query(forgetShown(tables, changes, tables.memory, sequence))
    if (has('changed')) await session.query(closeFound(tables, changes, 'changed', this.#opened))
    if (has('absent')) await session.query(closeFound(tables, changes, 'absent', this.#opened))
    if (has('new', 'changed')) await session.query(insertFound(tables, changes, this.#opened))
  }

  private get rows(): number {
    return ['odd', 'new', 'observed', 'amended', 'changed'].reduce((sum, kind) => sum + (this.#found.get(kind)?.rows ?? 0), 0)
  }

  private async count(): Promise<void> {
    const { rows } = await this.session.query<{ kind: string; found: bigint; held: bigint }>(countFound(this.tables, this.changes))
    this.#found = new Map(rows.map(({ kind, found, held }) => [kind, { rows: Number(found), held: Number(held) }]))
  }
}
