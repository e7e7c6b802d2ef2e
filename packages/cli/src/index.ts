export { buildProgram, runProgram } from './main.js'
export type { Host, Output } from './host.js'
export { tracktikPipeline } from './pipeline/tracktik/tracktik-pipeline.js'
export type { TracktikSource } from './pipeline/tracktik/source-reading.js'
