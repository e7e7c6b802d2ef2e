import type { OtcView } from '../../otc/otc-view.js'
import { day, minute, type Micros } from '../../time/micros.js'
import type { Random } from '../random.js'
import type { TimeZone } from '../time-zone.js'
import { otcColumns, type OtcColumn, type OtcRecord, type OtcValue } from './otc-columns.js'

const yes = ['Yes', 'Yes', 'yes', true, 'true', 1] as const
const no = ['No', 'No', 'no', false, 'false', 0] as const

/**
 * A record as the source writes it: dates in five spellings and without a zone, decimals with a point or a comma, yes and no in several
 * ways, and nothing as null or as an empty text. What is chance here belongs to the record, so that one that did not change is spelled alike.
 */
export function spelled(view: OtcView, record: OtcRecord, random: Random, zone: TimeZone, isOlder = false): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (const column of otcColumns[view]) row[isOlder ? column.olderName : column.name] = spelledValue(column, record[column.name] ?? null, random.next(), zone)
  return row
}

function spelledValue({ kind }: OtcColumn, value: OtcValue, chance: number, zone: TimeZone): unknown {
  if (value === null) return kind === 'text' ? (chance < 0.7 ? '' : null) : chance < 0.5 ? '' : null
  switch (kind) {
    case 'instant':
      return wallSpelled(zone.toWall(Number(value)), chance)
    case 'date':
      return dateSpelled(String(value), chance)
    case 'yesNo':
      return (value === true ? yes : no)[Math.floor(chance * yes.length)]
    case 'hours':
      return hoursSpelled(Number(value), chance)
    case 'int':
      return chance < 0.95 ? value : String(value)
    default:
      return value
  }
}

function wallSpelled(wall: Micros, chance: number): string {
  const iso = new Date(wall / 1000).toISOString().slice(0, 19)
  const dayFirst = `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)}`
  // A spelling without seconds, or without a time, is used where nothing gets lost by it.
  if (chance < 0.5) return wall % day === 0 && chance < 0.25 ? dayFirst : `${dayFirst} ${wall % minute === 0 ? iso.slice(11, 16) : iso.slice(11)}`
  if (chance < 0.65) return `${dayFirst} ${iso.slice(11)}`
  return chance < 0.85 ? iso.replace('T', ' ') : iso
}

function dateSpelled(date: string, chance: number): string {
  const dayFirst = `${date.slice(8, 10)}/${date.slice(5, 7)}/${date.slice(0, 4)}`
  if (chance < 0.6) return dayFirst
  if (chance < 0.75) return `${dayFirst} 00:00`
  return chance < 0.9 ? date : `${date} 00:00:00`
}

function hoursSpelled(hundredths: number, chance: number): unknown {
  if (chance < 0.4) return hundredths / 100
  const text = chance < 0.8 ? String(hundredths / 100) : (hundredths / 100).toFixed(2)
  return chance < 0.5 ? text : text.replace('.', ',')
}
