import { connectwise } from './connectwise.js'
import { otc } from './otc.js'
import type { SimulatedSource } from './simulated-source.js'
import { tracktik } from './tracktik.js'

/** The sources that can be simulated, under the names of their pipelines. */
export const simulatedSources: Readonly<Record<string, SimulatedSource>> = { tracktik, connectwise, otc }
