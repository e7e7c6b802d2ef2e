import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { keyOf } from '../model/finding.js'
import { sameTracked } from '../model/fold.js'
import { instantText, type Instant } from '../model/instant.js'
import { layoutOf, memberId, valueOf, type Text } from '../model/layout.js'
import type { Version } from '../model/state.js'

/** What a load does to a member, as a plan shows it. */
export type ChangeKind = 'new' | 'changed' | 'overwritten' | 'closed' | 'reopened'

/** What becomes of one version. */
export interface PlannedVersion {
  readonly change: 'opened' | 'ended' | 'written' | 'removed'
  readonly validFrom: string
  /** The end that it will have; of a removed version the one it had. */
  readonly validTo: string | null
  /** Columns by property: of an opened version against the one before it. */
  readonly columns: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>
}

/** A member that a load changes. */
export interface PlannedChange {
  readonly kind: ChangeKind
  readonly key: Readonly<Record<string, unknown>>
  readonly versions: readonly PlannedVersion[]
}

/** A few changes of each kind. */
export class ChangeSamples {
  readonly changes: PlannedChange[] = []
  readonly #known = new Set<string>()

  constructor(private readonly definition: DimensionDefinition, readonly limit: number) {}

  add(key: readonly string[], before: readonly Version[], after: readonly Version[]): void {
    const versions = plannedVersions(this.definition, before, after)
    const id = memberId(key)
    if (versions.length === 0 || this.#known.has(id)) return
    const kind = kindOf(this.definition, before, after)
    if (this.changes.filter((change) => change.kind === kind).length >= this.limit) return
    this.#known.add(id)
    this.changes.push({ kind, key: keyOf(this.definition, key), versions })
  }
}

function kindOf(definition: DimensionDefinition, before: readonly Version[], after: readonly Version[]): ChangeKind {
  if (before.length === 0) return 'new'
  const lived = before.at(-1)?.to === null
  const lives = after.at(-1)?.to === null
  if (lived !== lives) return lived ? 'closed' : 'reopened'
  const layout = layoutOf(definition)
  const isSameShape = before.length === after.length && before.every((version, index) => version.from === after[index]?.from && version.to === after[index].to && sameTracked(layout, version.values, after[index].values))
  return isSameShape ? 'overwritten' : 'changed'
}

function plannedVersions(definition: DimensionDefinition, before: readonly Version[], after: readonly Version[]): PlannedVersion[] {
  const planned: { readonly from: Instant; readonly version: PlannedVersion }[] = []
  const show = (change: PlannedVersion['change'], version: Version, columns: PlannedVersion['columns']) =>
    planned.push({ from: version.from, version: { change, validFrom: instantText(version.from), validTo: version.to === null ? null : instantText(version.to), columns } })
  for (const [index, version] of after.entries()) {
    const former = before.find((other) => other.from === version.from)
    if (!former) show('opened', version, differences(definition, after[index - 1]?.values, version.values))
    else {
      const columns = differences(definition, former.values, version.values)
      if (former.to !== version.to) show('ended', version, columns)
      else if (Object.keys(columns).length > 0) show('written', version, columns)
    }
  }
  for (const version of before) if (!after.some((other) => other.from === version.from)) show('removed', version, {})
  return planned.toSorted((one, other) => (one.from < other.from ? -1 : 1)).map(({ version }) => version)
}

function differences(definition: DimensionDefinition, before: readonly Text[] | undefined, after: readonly Text[]): PlannedVersion['columns'] {
  return Object.fromEntries(layoutOf(definition).columns.flatMap((column, index) => {
    const [was, is] = [before?.[index] ?? null, after[index] ?? null]
    return was === is ? [] : [[column.property, { before: valueOf(column, was), after: valueOf(column, is) }]]
  }))
}
