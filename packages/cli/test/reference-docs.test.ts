import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '@varve/core'
import { buildProgram } from '../src/main.ts'

const page = (name: string) => readFileSync(new URL(`../../../docs/reference/${name}.md`, import.meta.url), 'utf8')

describe('the page on errors', () => {
  const rows = [...page('errors').matchAll(/^\| (V\d{4}) \| (.+?) \| (\d+) \| (.+) \|$/gm)].map(([, code, title, exit, advice]) => ({ code, title, exit: Number(exit), advice }))

  it('has every code once, with its title and exit code, and no other', () => {
    expect(rows.map(({ code, title, exit }) => ({ code, title, exit }))).toEqual(Object.entries(errorCodes).map(([code, facts]) => ({ code, ...facts })))
  })

  it('says of each what to do', () => {
    expect(rows.filter(({ advice }) => !/^[A-Z].{15,}\.$/.test(advice ?? ''))).toEqual([])
  })
})

describe('the page on the command line', () => {
  const silent = { write: () => undefined }
  const program = buildProgram({ stdout: silent, stderr: silent, environment: {}, directory: '.', signal: new AbortController().signal })
  const text = page('cli')
  const section = (command: Command) => text.split(/^## /m).find((part) => part.startsWith(`varve ${command.name()}`)) ?? ''
  const documented = (part: string) => [...part.matchAll(/^\| `(--[a-z-]+)/gm)].map(([, option]) => option)
  const declared = (command: Command) => command.options.map((option) => option.long)

  it('has a section for every command, and for no other', () => {
    expect([...text.matchAll(/^## varve (\w+)/gm)].map(([, name]) => name)).toEqual(program.commands.map((command) => command.name()))
  })

  it.each(program.commands.map((command) => [command.name(), command] as const))('has every option of %s, and an example', (_name, command) => {
    expect(documented(section(command))).toEqual(declared(command))
    expect(section(command)).toMatch(/```sh\n[^`]*varve /)
  })

  it('has every option that all commands have', () => {
    const found = documented(text.split(/^## /m).find((part) => part.startsWith('Options of every command')) ?? '')
    expect(new Set(found)).toEqual(new Set([...declared(program), '--help']))
  })

  it('has every exit code that an error can have', () => {
    const codes = [...(text.split(/^## /m).find((part) => part.startsWith('Exit codes')) ?? '').matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
    expect(codes).toEqual([0, ...new Set(Object.values(errorCodes).map(({ exit }) => exit))].toSorted((a, b) => a - b))
  })
})
