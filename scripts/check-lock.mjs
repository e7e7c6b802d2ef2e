// Fails when package-lock.json would not install elsewhere: an optional (platform) package that the lock lacks,
// or a download address in it. npm drops optional packages silently when a registry lags behind.
import { readFileSync } from 'node:fs'

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'))
const problems = []
const found = (from, name) => {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`
    if (lock.packages[path]) return true
    if (at === '' || !at.includes('node_modules/')) return Boolean(lock.packages[`node_modules/${name}`])
  }
}
for (const [path, entry] of Object.entries(lock.packages)) {
  if (entry.resolved && !entry.link) problems.push(`${path}: has a download address`)
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (!found(path, name)) problems.push(`${path}: optional package ${name} is missing from the lock`)
  }
}
if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exit(1)
}
console.log(`package-lock.json: ${Object.keys(lock.packages).length} entries, complete, no addresses`)
