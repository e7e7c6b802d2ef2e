// Loads a file of CSV into a dimension, and says its own peak memory: `node load-dimension.mjs <url> <definition> <at> <file>`.
import { createReadStream } from 'node:fs'
import { csv, openEngine } from '@varve/core'
import { definitions, dimensionOn } from './customer-dimension.mjs'

const [url, kind, at, file] = process.argv.slice(2)
const engine = await openEngine(url)
const { counts } = await dimensionOn(engine, definitions[kind]).load(csv(createReadStream(file)), { at, complete: true })
await engine.close()
process.stdout.write(JSON.stringify({ peakMiB: process.resourceUsage().maxRSS / 1024, counts }))
