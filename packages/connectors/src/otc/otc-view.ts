/**
 * The views of the service desk. Each is read whole, whatever is wanted of it.
 *
 * @example
 * ```ts
 * for (const view of otcViews) for await (const row of desk.rows(view)) console.log(view, row)
 * ```
 */
export const otcViews = ['tickets', 'timesheets', 'comments'] as const

/** One of the views. */
export type OtcView = (typeof otcViews)[number]

/** A row as the source sent it: flat, by the column names that are shown there, and no value is read yet. Numbers keep their digits. */
export type OtcRow = Readonly<Record<string, unknown>>
