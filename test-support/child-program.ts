import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build, type Plugin } from 'esbuild'

/** A TypeScript program that tests start as a process of its own; bundled afresh from the sources, so it is never stale. */
export interface ChildProgram {
  start(...args: string[]): ChildRun
  remove(): void
}

/** A process that was started, and how it ended. */
export interface ChildRun {
  readonly child: ChildProcessWithoutNullStreams
  /** Resolves with the first line of its output that equals the word. */
  says(word: string): Promise<void>
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly output: string; readonly errors: string }>
}

const packages = join(import.meta.dirname, '..', 'packages')

/** Our own packages are taken from their sources, which need no build. */
const ownSources: Plugin = { name: 'own sources', setup: (bundle) => bundle.onResolve({ filter: /^@varve\/\w+$/ }, ({ path }) => ({ path: join(packages, basename(path), 'src', 'index.ts') })) }

/** Bundles a program; packages stay outside, the project's own sources go in. */
export async function bundleProgram(source: string): Promise<ChildProgram> {
  // Beside the sources, so that packages are found from there.
  const directory = join(source, '..', '.bundle', basename(source, '.ts') + String(process.pid))
  mkdirSync(directory, { recursive: true })
  await build({ entryPoints: [source], outdir: directory, bundle: true, splitting: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external', conditions: ['@varve/source'], outExtension: { '.js': '.mjs' }, logLevel: 'error', plugins: [ownSources] })
  const program = join(directory, `${basename(source, '.ts')}.mjs`)
  return {
    start: (...args) => follow(spawn(process.execPath, [program, ...args], { stdio: 'pipe' })),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

function follow(child: ChildProcessWithoutNullStreams): ChildRun {
  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const ended = once(child, 'close').then(([code, signal]) => ({ code: code as number | null, signal: signal as NodeJS.Signals | null, output, errors }))
  const says = async (word: string): Promise<void> => {
    while (!output.split('\n').includes(word)) {
      const more = once(child.stdout, 'data')
      const over = ended.then(({ code }) => { throw new Error(`The process ended with ${String(code)} before it said "${word}": ${errors}`) })
      await Promise.race([more, over])
    }
  }
  return { child, says, ended }
}
