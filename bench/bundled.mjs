import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'tsup'

/** A TypeScript file as a module that Node runs. It lies below node_modules, where its imports are found. */
export async function bundled(entry) {
  const outDir = fileURLToPath(new URL('../node_modules/.varve-bench', import.meta.url))
  mkdirSync(outDir, { recursive: true })
  const name = basename(entry, '.ts')
  await build({ entry: { [name]: entry }, outDir, format: 'esm', target: 'node20', platform: 'node', outExtension: () => ({ js: '.mjs' }), config: false, silent: true, dts: false, clean: false, splitting: false, skipNodeModulesBundle: true, esbuildOptions: (options) => void (options.conditions = ['@varve/source']) })
  return pathToFileURL(join(outDir, `${name}.mjs`)).href
}
