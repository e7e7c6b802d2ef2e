export { buildProgram, runProgram } from './main.js'
export type { Host, Output } from './host.js'
