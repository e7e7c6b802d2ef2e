import { Turns } from '../batch/turns.js'

/** Two loads that brought one fact to different partitions at once would leave two rows of it. */
export const factTurns = new Turns('facts', 'fact')
