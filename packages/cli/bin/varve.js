#!/usr/bin/env node
import { existsSync } from 'node:fs'

// Committed, so that npm links the command before anything is built.
const program = new URL('../dist/bin.js', import.meta.url)
if (existsSync(program)) {
  await import(program.href)
} else {
  process.stderr.write('varve is not built yet. Run "npm run build" in the root of the repository, then try again.\n')
  process.exitCode = 1
}
