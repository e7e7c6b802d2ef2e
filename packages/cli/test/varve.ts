import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Readable } from 'node:stream'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { runProgram } from '../src/main.ts'

/** What a command did. */
export class Told {
  constructor(
    readonly exitCode: number,
    readonly stdout: string,
    readonly stderr: string,
    /** What killed its process. */
    readonly signal: NodeJS.Signals | null = null,
  ) {}

  /** Standard output as the one JSON value that it is. */
  get json(): unknown {
    return JSON.parse(this.stdout) as unknown
  }
}

/** Where a command runs. */
export interface Place {
  readonly directory?: string
  readonly environment?: Record<string, string>
  readonly isTTY?: boolean
  /** What comes from standard input. */
  readonly stdin?: Iterable<string>
  readonly signal?: AbortSignal
}

/** A directory that holds these files, for one test. */
export function directoryWith(files: Record<string, string> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'varve-cli-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return directory
}

/** Runs a command in this process. */
export async function varve(argv: readonly string[], { directory, environment = {}, isTTY = false, stdin, signal = new AbortController().signal }: Place = {}): Promise<Told> {
  const [stdout, stderr] = [terminal(isTTY), terminal(isTTY)]
  const exitCode = await runProgram(argv, { stdout, stderr, ...(stdin && { stdin: Readable.from(stdin) }), environment, directory: directory ?? directoryWith(), signal })
  return new Told(exitCode, stdout.text, stderr.text)
}

function terminal(isTTY: boolean) {
  return {
    text: '',
    isTTY,
    columns: 120,
    // What drawing on a terminal asks of it.
    on: () => undefined,
    write(text: string) {
      this.text += text
      return true
    },
  }
}

/** A command in a process of its own: the built one, as it is installed. */
export interface RunningVarve {
  readonly process: ChildProcess
  /** Resolves when standard error has said something. */
  said(text: string): Promise<void>
  readonly ended: Promise<Told>
}

/** Starts the built command. */
export function startVarve(argv: readonly string[], { directory, environment = {} }: Place = {}): RunningVarve {
  const bin = fileURLToPath(new URL('../bin/varve.js', import.meta.url))
  const child = spawn(process.execPath, [bin, ...argv], { cwd: directory ?? directoryWith(), env: { PATH: process.env['PATH'], ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  const listeners = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    for (const listener of listeners) listener()
  })
  const ended = new Promise<Told>((resolve) => {
    child.on('close', (exitCode, signal) => resolve(new Told(exitCode ?? -1, stdout, stderr, signal)))
  })
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!stderr.includes(text)) return
        listeners.delete(look)
        resolve()
      }
      listeners.add(look)
      void ended.then(() => reject(new Error(`varve ended without saying "${text}":\n${stdout}\n${stderr}`)))
      look()
    })
  return { process: child, said, ended }
}
