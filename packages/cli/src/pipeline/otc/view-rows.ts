import { specOf } from '@varve/core'
import { fieldsOf, viewMapping } from './mapping/view-mapping.js'
import { viewTables, type ViewName } from './otc-view.js'

/** What `--since` goes by: when a ticket was modified, a booking worked, a comment written. */
const clocks = { tickets: 'modifiedTime', timesheets: 'date', comments: 'createdTime' } as const

/** The rows of a delivery on their way into staging: notes which fields they have, and leaves out what is older than was asked for. */
export class ViewRows {
  /** Fields that some row had. */
  readonly #fields = new Set<string>()
  left = 0

  constructor(
    private readonly view: ViewName,
    private readonly zone: string,
    private readonly since?: string | undefined,
  ) {}

  async *of(rows: AsyncIterable<object> | Iterable<object>): AsyncGenerator<object> {
    const isWanted = this.#isWanted()
    for await (const row of rows) {
      for (const field of Object.keys(row)) this.#fields.add(field)
      if (isWanted(row)) yield row
      else this.left += 1
    }
  }

  /** The properties of columns that no row had: they say nothing, and stay as they are. */
  get missing(): readonly string[] {
    return specOf(viewTables[this.view]).columns.filter(({ name }) => !fieldsOf(this.view, name).some((field) => this.#fields.has(field))).map(({ property }) => property)
  }

  /** Fields that no column is for. */
  get unknown(): readonly string[] {
    const known = new Set(specOf(viewTables[this.view]).columns.flatMap(({ name }) => fieldsOf(this.view, name)))
    return [...this.#fields].filter((field) => !known.has(field)).toSorted()
  }

  /** A row whose clock cannot be read is not left out: it is for quarantine to tell. */
  #isWanted(): (row: object) => boolean {
    const { view, zone, since } = this
    if (since === undefined) return () => true
    const mapping = viewMapping(view, zone)
    const column = specOf(viewTables[view]).columns.find(({ property }) => property === clocks[view])
    if (!column) return () => true
    const [field] = fieldsOf(view, column.name)
    const instant = (row: object) => Date.parse(String(mapping.apply(row).row[clocks[view]]))
    const from = instant({ [field]: since })
    return (row) => !(instant(row) < from)
  }
}
