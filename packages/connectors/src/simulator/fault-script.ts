import { VarveError } from '@varve/core'
import { z } from 'zod'
import { describeIssues } from '../http/body/validate.js'
import { Random } from './random.js'

const seconds = z.number().nonnegative().max(86_400)

const kinds = [
  z.strictObject({ fault: z.literal('throttle'), retryAfterSeconds: seconds.default(5), form: z.enum(['seconds', 'date', 'none']).default('seconds') }),
  z.strictObject({ fault: z.literal('error'), status: z.int().min(400).max(599).default(500) }),
  z.strictObject({ fault: z.literal('gateway-timeout'), afterSeconds: seconds.default(30) }),
  // After: the source did what it was asked, and only its answer was lost.
  z.strictObject({ fault: z.literal('drop'), when: z.enum(['before', 'after']).default('before') }),
  // Broken: fewer bytes than announced. Whole: framed well, and still only a part of the JSON.
  z.strictObject({ fault: z.literal('truncate'), framing: z.enum(['broken', 'whole']).default('broken') }),
  z.strictObject({ fault: z.literal('slow'), seconds: seconds.default(10) }),
  z.strictObject({ fault: z.literal('expire-tokens') }),
  // What some sources do: a good status, and a failure in the body.
  z.strictObject({ fault: z.literal('instead'), status: z.int().min(200).max(599).default(200), body: z.string() }),
] as const

const place = {
  /** The number of the request, from 1; or from one on, every so many. Data and token requests are numbered apart. */
  at: z.union([z.int().positive(), z.strictObject({ from: z.int().positive().default(1), every: z.int().positive(), times: z.int().positive().optional() })]),
  on: z.enum(['data', 'token']).default('data'),
}

const [throttle, error, gatewayTimeout, drop, truncate, slow, expireTokens, instead] = kinds
const scriptForm = z.strictObject({
  faults: z.array(
    z.discriminatedUnion('fault', [throttle.extend(place), error.extend(place), gatewayTimeout.extend(place), drop.extend(place), truncate.extend(place), slow.extend(place), expireTokens.extend(place), instead.extend(place)]),
  ),
})

/** What goes wrong, and at which request; as JSON it is what `--faults` of the command takes. */
export type FaultScript = z.input<typeof scriptForm>
/** One thing that goes wrong. */
export type Fault = z.output<typeof scriptForm>['faults'][number]

/**
 * Reads a fault script.
 *
 * @throws VarveError `V1002` that names the place and what may stand there.
 *
 * @example
 * ```ts
 * readFaultScript({ faults: [{ at: 3, fault: 'throttle', retryAfterSeconds: 20, form: 'date' }, { at: { every: 10 }, fault: 'drop' }] })
 * ```
 */
export function readFaultScript(script: unknown): readonly Fault[] {
  const read = scriptForm.safeParse(script)
  if (!read.success) throw new VarveError('V1002', `The fault script is wrong: ${describeIssues(read.error, script)}. A fault is one of throttle, error, gateway-timeout, drop, truncate, slow, expire-tokens, instead.`)
  return read.data.faults
}

/** The first fault that is meant for this request. */
export function faultAt(faults: readonly Fault[], on: Fault['on'], number: number): Fault | undefined {
  return faults.find((fault) => {
    if (fault.on !== on) return false
    if (typeof fault.at === 'number') return fault.at === number
    const steps = (number - fault.at.from) / fault.at.every
    return Number.isInteger(steps) && steps >= 0 && (fault.at.times === undefined || steps < fault.at.times)
  })
}

/**
 * A script of many faults of every kind, from a seed. Tokens expire at most once in thirty requests: more often, no client could tell it from
 * an account that is shut out.
 *
 * @example
 * ```ts
 * const simulator = await startTracktikSimulator({ seed: 'a', scale: {}, faults: seededFaults({ seed: 'a', requests: 500, share: 0.2 }) })
 * ```
 */
export function seededFaults(options: { readonly seed: string; readonly requests: number; readonly share: number }): FaultScript {
  const random = new Random(`faults/${options.seed}`)
  const faults: FaultScript['faults'] = []
  let expiredAt = -Infinity
  for (let at = 1; at <= options.requests; at++) {
    if (!random.chance(options.share)) continue
    faults.push(
      random.pick<() => FaultScript['faults'][number]>([
        () => ({ at, fault: 'throttle', retryAfterSeconds: random.int(1, 20), form: random.pick(['seconds', 'date', 'none']) }),
        () => ({ at, fault: 'error', status: random.pick([500, 502, 503]) }),
        () => ({ at, fault: 'gateway-timeout' }),
        () => ({ at, fault: 'drop', when: random.pick(['before', 'after']) }),
        () => ({ at, fault: 'truncate', framing: random.pick(['broken', 'whole']) }),
        () => ({ at, fault: 'slow', seconds: random.int(1, 20) }),
        () => {
          if (at < expiredAt + 30) return { at, fault: 'drop' }
          expiredAt = at
          return { at, fault: 'expire-tokens' }
        },
      ])(),
    )
  }
  return { faults }
}
