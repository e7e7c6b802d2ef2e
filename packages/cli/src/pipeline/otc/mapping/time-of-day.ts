/** Times of day as they are told: `9:00`, `09:00:00`, `9:00 AM`. For this program and for the database, where it is asked without regard to the case of letters. */
export const timeForm = '^(([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?|(0?[1-9]|1[0-2]):[0-5][0-9](:[0-5][0-9])? ?[ap]m)$'

const told = new RegExp(timeForm, 'i')

/**
 * A time of day in its one spelling, since a booking is known by it: `09:00`, and `09:00:30` where seconds are told. What is no time of day stays as it is.
 *
 * @example
 * ```ts
 * timeOfDay('9:00 PM') // '21:00'
 * ```
 */
export function timeOfDay(value: unknown): unknown {
  if (typeof value !== 'string' || isOneSpelling.test(value) || !told.test(value)) return value
  const [hour = '', minute = '', second = '00'] = value.replace(/ ?[ap]m$/i, '').split(':')
  const half = /([ap])m$/i.exec(value)?.[1]?.toLowerCase()
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'p' ? 12 : 0)
  return `${String(hours).padStart(2, '0')}:${minute}${second === '00' ? '' : `:${second}`}`
}

const isOneSpelling = /^[0-2][0-9]:[0-5][0-9]$/

/** The same in SQL. */
export function timeOfDaySql(text: string): string {
  return `case when ${text} ~* '${timeForm}' then regexp_replace(to_char(cast(${text} as time), 'HH24:MI:SS'), ':00$', '') else ${text} end`
}

/** Whether a text is no time of day in another spelling, in SQL. The first alternative is quick, and nearly all there is: of the other spellings none is as long. */
export function isOneSpellingSql(text: string): string {
  return `${text} like '__:__' or ${text} ~ '^[0-9]{2}:[0-9]{2}:(?!00)[0-9]{2}$' or ${text} !~* '${timeForm}'`
}
