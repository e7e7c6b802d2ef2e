import { VarveError, type Environment } from '@varve/core'

/**
 * The zone of a desk's clocks where nothing else of the desk has to be known: `OTC_TIME_ZONE`, or Sydney's.
 *
 * @throws VarveError V1002 when there is no such zone.
 */
export function deskZone(environment: Environment): string {
  const zone = environment['OTC_TIME_ZONE']?.trim() || 'Australia/Sydney'
  try {
    Intl.DateTimeFormat('en', { timeZone: zone }).format(0)
    return zone
  } catch (error) {
    throw new VarveError('V1002', `OTC_TIME_ZONE is "${zone}", which is no time zone. Write the name of one, such as Australia/Sydney.`, { cause: error })
  }
}
