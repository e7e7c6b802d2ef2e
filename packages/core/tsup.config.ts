import { defineConfig } from 'tsup'

// Dependencies stay imports, and code splitting keeps each engine a chunk of its own: a driver is loaded when its engine is opened.
export default defineConfig({ entry: ['src/index.ts', 'src/testing/index.ts'], format: 'esm', target: 'node20', platform: 'node', splitting: true, sourcemap: true, clean: true, dts: false })
