import { z } from 'zod'
import type { HttpClient } from '../http/http-client.js'
import { day, utcText, type Micros } from '../time/micros.js'

const pageForm = z.object({ meta: z.object({ count: z.int().nonnegative() }) })
const widest = 28 * day

/** How many rows the portal counts in a span, its end not included, without reading them. */
export async function countRows(http: HttpClient, resource: string, by: string, span: { readonly from: Micros; readonly to: Micros }, regions: readonly number[] | undefined): Promise<number> {
  const count = async (from: Micros, to: Micros) => {
    const { body } = await http.json(
      {
        path: `/rest/v1/${resource}`,
        query: { [`${by}:between`]: `${utcText(from)}|${utcText(to)}`, includeInactive: true, limit: 1 },
        isSmall: true,
        ...(regions && { headers: { 'TTC-Region-Filter': regions.join(',') } }),
      },
      pageForm,
    )
    return body.meta.count
  }
  let total = 0
  for (let from = span.from; from < span.to; from += widest) {
    const to = Math.min(span.to, from + widest)
    // Both ends are included, so what lies on the end is in the next window, or in none.
    total += (await count(from, to)) - (await count(to, to))
  }
  return total
}
