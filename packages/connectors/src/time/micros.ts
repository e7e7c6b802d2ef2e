/** An instant as whole microseconds since 1970, which a JavaScript number holds exactly. */
export type Micros = number

export const second: Micros = 1_000_000
export const minute: Micros = 60 * second
export const hour: Micros = 60 * minute
export const day: Micros = 24 * hour

/** The instant of an ISO text in UTC or with an offset, microseconds included. */
export function microsOf(text: string): Micros | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,6})\d*)?\s*(Z|[+-]\d\d:?\d\d)?)?$/.exec(text.trim())
  if (!match) return undefined
  const [, date, time = '00:00', fraction = '', offset = 'Z'] = match
  const millis = Date.parse(`${date}T${time}${offset}`)
  return Number.isNaN(millis) ? undefined : millis * 1000 + Number(fraction.padEnd(6, '0'))
}

/** As an API writes an instant in UTC: seconds, and microseconds where there are any. */
export function utcText(micros: Micros): string {
  return `${wallText(micros)}+00:00`
}

/** Date and time without a zone. */
export function wallText(micros: Micros): string {
  const fraction = ((micros % second) + second) % second
  const text = new Date((micros - fraction) / 1000).toISOString().slice(0, 19)
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, '0')}`
}
