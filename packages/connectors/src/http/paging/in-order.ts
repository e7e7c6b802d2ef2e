/**
 * Works on several items at once and gives the results out in the order of the items. No more than `ahead` are begun beyond the one
 * that was taken last, so a slow reader holds the work back.
 *
 * @example
 * ```ts
 * for await (const rows of inOrder(days, 4, (day) => readDay(day))) await save(rows)
 * ```
 */
export async function* inOrder<Item, Result>(items: Iterable<Item> | AsyncIterable<Item>, ahead: number, work: (item: Item) => Promise<Result>): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = []
  try {
    for await (const item of items) {
      const result = work(item)
      result.catch(() => undefined) // it is thrown when its turn comes
      underWay.push(result)
      if (underWay.length >= ahead) yield await (underWay.shift() as Promise<Result>) // there is one
    }
    for (let next = underWay.shift(); next; next = underWay.shift()) yield await next
  } finally {
    // Whoever stops early must not leave requests behind that nobody waits for.
    await Promise.allSettled(underWay)
  }
}
