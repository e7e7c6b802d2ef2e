import { VarveError } from '@varve/core'

/** The portal answered rows that were not asked for: it accepted a filter and did not heed it. */
export function ignoredFilter(resource: string, asked: string, came: string): VarveError {
  return new VarveError('V3010', `TrackTik: asked for ${resource} with ${asked}, and got one with ${came}: the portal accepted the filter and did not heed it. Nothing of this answer was used; look at the portal's version and the filter it takes.`, { context: { resource } })
}
