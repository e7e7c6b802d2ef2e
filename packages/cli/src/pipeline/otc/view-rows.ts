import { specOf, VarveError, type Mapping, type RowSource } from '@varve/core'
import { fieldsOf, viewMapping } from './mapping/view-mapping.js'
import { viewTables, type ViewName } from './otc-view.js'
import { currentTables } from './table/current-tables.js'

/** What `--since` goes by: when a ticket was modified, hours were worked, a comment was written. */
const clocks = { tickets: 'modifiedTime', timesheets: 'date', comments: 'createdTime' } as const

/** After so many rows without one field of the key they are of another view: each would only be set aside. */
const sampleRows = 1000

/** The rows of one delivery on their way into staging: which fields they have is noted, and what is older than was asked for left out. */
export class ViewRows {
  /** Reads rows, and notes their fields. */
  readonly mapping: Pick<Mapping, 'apply'>
  left = 0
  /** Fields that some row had. */
  readonly #fields = new Set<string>()
  readonly #own: Mapping
  #seen = 0

  constructor(
    private readonly view: ViewName,
    zone: string,
    private readonly since?: string | undefined,
  ) {
    this.#own = viewMapping(view, zone)
    this.mapping = {
      apply: (row) => {
        for (const field in row) this.#fields.add(field)
        this.#seen += 1
        if (this.#seen === sampleRows && this.#lacking.length === this.#key.length) this.refuseOthers()
        return this.#own.apply(row)
      },
    }
  }

  of(rows: RowSource<object>): RowSource<object> {
    return this.since === undefined || 'bytes' in rows ? rows : this.#young(rows, this.since)
  }

  /** The properties of columns that no row had: they say nothing, and stay as they are. */
  get missing(): readonly string[] {
    return specOf(viewTables[this.view]).columns.filter(({ name }) => !this.#isThere(name)).map(({ property }) => property)
  }

  /** Whether not one row was delivered, be it to be left out. */
  get isEmpty(): boolean {
    return this.#fields.size === 0
  }

  /** Fields that no column is for. */
  get unknown(): readonly string[] {
    const known = new Set(specOf(viewTables[this.view]).columns.flatMap(({ name }) => fieldsOf(this.view, name)))
    return [...this.#fields].filter((field) => !known.has(field)).toSorted()
  }

  /** @throws VarveError V3010 when the rows have no fields for the key: they are of another view. */
  refuseOthers(): void {
    const lacking = this.#lacking
    if (this.isEmpty || lacking.length === 0) return
    throw new VarveError('V3010', `These are no ${this.view}: no row has ${lacking.map((field) => `"${field}"`).join(', ')}. The fields there are: ${[...this.#fields].slice(0, 12).join(', ')}${this.#fields.size > 12 ? ', …' : ''}. Nothing was loaded; check which view it is.`, { context: { view: this.view, lacking } })
  }

  get #key() {
    return currentTables[this.view].definition.key
  }

  /** The fields for the key that no row had. */
  get #lacking(): readonly string[] {
    return this.#key.filter(({ name }) => !this.#isThere(name)).map(({ name }) => fieldsOf(this.view, name)[0])
  }

  #isThere(column: string): boolean {
    return fieldsOf(this.view, column).some((field) => this.#fields.has(field))
  }

  /** A row whose clock cannot be read is not left out: that is for quarantine to tell. Which fields the view has, rows tell that are left out, too. */
  async *#young(rows: AsyncIterable<object> | Iterable<object>, since: string): AsyncGenerator<object> {
    const clock = clocks[this.view]
    const instant = (row: object, mapping = this.mapping) => Date.parse(String(mapping.apply(row).row[clock]))
    const column = specOf(viewTables[this.view]).columns.find(({ property }) => property === clock)
    const from = instant({ [fieldsOf(this.view, column?.name ?? clock)[0]]: since }, this.#own)
    for await (const row of rows) {
      if (!(instant(row) < from)) yield row
      else this.left += 1
    }
  }
}
