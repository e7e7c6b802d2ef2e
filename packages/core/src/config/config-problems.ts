import { is, Table as DrizzleTable } from 'drizzle-orm'
import type { z as zod, ZodType } from 'zod'
import { errorMessage } from '../error/error-message.js'
import { hideCredentials } from '../log/redact.js'
import type { Pipeline } from '../pipeline/pipeline.js'
import { assertNames } from '../quality/check-name.js'
import type { DataQualityCheck } from '../quality/check.js'
import { specOf, type TableLike } from '../table/table-like.js'
import { tableLabel } from '../table/table-spec.js'
import { logFormats, logLevels } from './varve-config.js'

/** Everything that is wrong with what a configuration file exports, each with the path of the value that is. */
export async function configProblems(value: unknown): Promise<string[]> {
  // Loaded when it is needed: it takes longer to load than a small command to run.
  const { z } = await import('zod')
  const anyOf = (values: readonly string[]) => z.enum(values, { error: ({ input }) => `${shown(input)} is none of ${values.join(', ')}` })
  const schema = object(z, 'the configuration', {
    database: z
      .union([z.string().min(1), object(z, 'it', { env: z.string().min(1) })], { error: ({ input }) => `${shown(input)} is neither a url nor { env: 'NAME' }` })
      .refine((database) => typeof database !== 'string' || hideCredentials(database) === database, { error: withPassword })
      .optional(),
    pipelines: each(z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())], { error: ({ input }) => `${shown(input)} is neither a list of pipelines nor an object of them` }), pipelineProblems),
    tables: each(list(z, 'tables'), tableProblems),
    checks: each(list(z, 'checks'), checkProblems),
    log: object(z, 'log', { level: anyOf(logLevels).optional(), format: anyOf(logFormats).optional() }).optional(),
  })
  const { error } = schema.safeParse(value)
  return (error?.issues ?? []).map(({ path, message }) => `${path.length > 0 ? `${path.map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at > 0 ? '.' : ''}${String(part)}`)).join('')}: ` : ''}${message}`)
}

const withPassword = 'the url holds a credential, which does not belong in a file: put the url into an environment variable and write { env: \'NAME\' }'

type Zod = typeof zod

function object<Shape extends Parameters<Zod['strictObject']>[0]>(z: Zod, what: string, shape: Shape & object) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `${issue.keys.map((key) => `"${key}"`).join(', ')} ${issue.keys.length === 1 ? 'is' : 'are'} unknown; ${what} can have ${Object.keys(shape).join(', ')}`
        : `${shown(issue.input)} is no object; ${what} can have ${Object.keys(shape).join(', ')}`,
  })
}

function list(z: Zod, what: string) {
  return z.array(z.unknown(), { error: ({ input }) => `${shown(input)} is no list; ${what} is an array` })
}

type Problem = readonly [path: readonly (string | number)[], message: string]

/** What is wrong with values that are no plain data is found by hand. */
function each<Output, Type extends ZodType<Output>>(type: Type & ZodType<Output>, problemsOf: (value: Output) => Iterable<Problem>) {
  return type
    .superRefine((value, context) => {
      for (const [path, message] of problemsOf(value)) context.addIssue({ code: 'custom', path: [...path], message })
    })
    .optional()
}

function* pipelineProblems(pipelines: unknown[] | Record<string, unknown>): Generator<Problem> {
  if (Array.isArray(pipelines)) {
    const names = pipelines.map((one) => (isPipeline(one) ? one.name : undefined))
    for (const [at, one] of pipelines.entries()) {
      if (!isPipeline(one)) yield [[at], `${shown(one)} is no pipeline: make it with pipeline(…). One that is imported when it is run stands under its name: { name: () => import(…) }`]
      else if (names.indexOf(one.name) < at) yield [[at], `"${one.name}" is the name of another pipeline too`]
    }
    return
  }
  for (const [key, one] of Object.entries(pipelines)) {
    if (isPipeline(one) && one.name !== key) yield [[key], `is called "${one.name}"; write it under that name`]
    if (!isPipeline(one) && typeof one !== 'function') yield [[key], `${shown(one)} is no pipeline: make it with pipeline(…), or write a function that imports it`]
  }
}

function* tableProblems(tables: readonly unknown[]): Generator<Problem> {
  const labels = new Set<string>()
  for (const [at, table] of tables.entries()) {
    const problem = thrownBy(() => {
      if (!isTable(table)) throw new Error(`${shown(table)} is no table: declare it with table(…), or with drizzle`)
      const label = tableLabel(specOf(table))
      if (labels.has(label)) throw new Error(`"${label}" is declared twice`)
      labels.add(label)
    })
    if (problem !== undefined) yield [[at], problem]
  }
}

function* checkProblems(checks: readonly unknown[]): Generator<Problem> {
  for (const [at, check] of checks.entries()) if (!isCheck(check)) yield [[at], `${shown(check)} is no check: make it with notNull(…), unique(…) or another rule`]
  const problem = thrownBy(() => assertNames(checks.filter(isCheck)))
  if (problem !== undefined) yield [[], problem]
}

function thrownBy(work: () => void): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return errorMessage(error).replace(/^\[V\d+\] /, '')
  }
}

/** Whether something is what `pipeline(…)` makes; not by its class, since a file may have imported another copy of us. */
export function isPipeline(value: unknown): value is Pipeline {
  return isRecord(value) && typeof value['name'] === 'string' && Array.isArray(value['steps']) && typeof value['concurrency'] === 'number'
}

function isTable(value: unknown): value is TableLike {
  return is(value, DrizzleTable) || (isRecord(value) && isRecord(value['spec']) && isRecord(value['columns']))
}

function isCheck(value: unknown): value is DataQualityCheck {
  return isRecord(value) && typeof value['name'] === 'string' && typeof value['severity'] === 'string' && typeof value['run'] === 'function'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(hideCredentials(value))
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
