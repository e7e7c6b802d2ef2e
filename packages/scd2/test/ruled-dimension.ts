import { t, table, VarveError, type Engine } from '@varve/core'
import { parseDefinition, remove, Scd2Dimension, scd2Dimension, streamHistory, type DeleteEvent, type DimensionDefinition, type LoadOptions, type LoadOutcome, type LoadPlan } from '../src/index.ts'

/** A row of a load, or a delete event. */
export type Row = DeleteEvent | Readonly<Record<string, unknown>>

/** What the cases of the rules choose in a definition. */
export type Choices = Partial<Pick<DimensionDefinition, 'deletes' | 'conflict' | 'overwriteScope' | 'rejects' | 'guards' | 'openEnd'>>

let made = 0
const freshName = () => `dim_ruled_${(made += 1)}`

// Overwrite columns come first: roles are not places.
const columns = { id: t.integer().notNull(), mail: t.text(), tier: t.text(), born: t.text(), note: t.text() }
const roles = { key: ['id'], overwrite: ['mail'], fixed: ['born'], ignore: ['note'] } as const

/** A dimension with a sequence column `at`: changes take the source's instant. */
export const timed = (engine: Engine, choices: Choices = {}) =>
  new RuledDimension(new (scd2Dimension(table(freshName(), { ...columns, at: t.timestamp().notNull() }), { ...roles, sequence: 'at', deletes: 'close', ...choices }))(engine))

/** The same without: changes take the load's instant. */
export const untimed = (engine: Engine, choices: Choices = {}) => new RuledDimension(new (scd2Dimension(table(freshName(), columns), { ...roles, deletes: 'close', ...choices }))(engine))

/** A dimension of other columns, by the types that JSON definitions know. Key `id` unless told. */
export const typed = (engine: Engine, types: Readonly<Record<string, string>>, options: object = {}, name = freshName()) =>
  new RuledDimension(new Scd2Dimension(engine, parseDefinition({ table: name, columns: types, key: ['id'], ...options })))

const day = (monthDay: string) => (/^\d\d-\d\d/.test(monthDay) ? `2025-${monthDay}` : monthDay)

/** What a member was at an instant of 2025: `seen(1, '01-31', 'gold')`. */
export const seen = (id: number, at: string, tier: string | null, rest: Readonly<Record<string, unknown>> = {}): Row => ({ id, at: day(at), tier, ...rest })

/** That a member was deleted, at an instant of 2025 or at that of the load. */
export const gone = (id: number, at?: string): Row => remove({ id, ...(at === undefined ? {} : { at: day(at) }) })

/** A dimension that the rules are tried on: instants are days of 2025, and versions are lines of text. */
export class RuledDimension {
  constructor(readonly dimension: Scd2Dimension) {}

  get definition(): DimensionDefinition {
    return this.dimension.definition
  }

  partial(at: string, ...rows: readonly Row[]): Promise<LoadOutcome> {
    return this.dimension.load(rows, { at: day(at) })
  }

  complete(at: string, ...rows: readonly Row[]): Promise<LoadOutcome> {
    return this.dimension.load(rows, { at: day(at), complete: true })
  }

  load(at: string, rows: readonly Row[], options: LoadOptions): Promise<LoadOutcome> {
    return this.dimension.load(rows, { ...options, at: day(at) })
  }

  plan(at: string, rows: readonly Row[], options: LoadOptions = {}): Promise<LoadPlan> {
    return this.dimension.plan(rows, { ...options, at: day(at) })
  }

  /** The code that a load is refused with. */
  async refusal(at: string, rows: readonly Row[], options: LoadOptions = {}): Promise<VarveError> {
    const outcome: unknown = await this.load(at, rows, options).catch((error: unknown) => error)
    if (!(outcome instanceof VarveError)) throw new Error(`The load was not refused: ${JSON.stringify(outcome)}`)
    return outcome
  }

  /** All versions, `1 gold 01-31..02-28`, by key and begin; the dimension is sound, or the test fails. */
  async show(...shown: readonly string[]): Promise<string[]> {
    const { engine } = this.dimension
    const { isSound, findings } = await this.dimension.verify()
    if (!isSound) throw new Error(`The history is damaged: ${findings.map(({ message }) => message).join('; ')}`)
    const lines: string[] = []
    for await (const slice of streamHistory(engine, this.definition)) lines.push(...slice.map((version: object) => this.line(version as Record<string, unknown>, shown))) // by property
    return lines
  }

  private line(version: Record<string, unknown>, shown: readonly string[]): string {
    const text = (value: unknown) => (value === null ? 'NULL' : typeof value === 'object' ? JSON.stringify(value) : String(value))
    const short = (instant: unknown) => (instant === null ? '' : String(instant).replace(/^2025-/, '').replace('T00:00:00Z', ''))
    const names = [...this.definition.key.map(({ property }) => property), ...(shown.length > 0 ? shown : this.definition.tracked.slice(0, 1).map(({ property }) => property))]
    return `${names.map((name) => text(version[name])).join(' ')} ${short(version['validFrom'])}..${short(version['validTo'])}`
  }
}
