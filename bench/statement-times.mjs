import { PgDialect } from 'drizzle-orm/pg-core'

const dialect = new PgDialect()
const timed = new Set(['query', 'bulkIn', 'bulkInCsv', 'change', 'refreshStatistics', 'grantMemory', 'introspect'])

/** An engine that adds up how long each statement takes, in its transactions too. */
export function timedEngine(engine) {
  let times = new Map()
  const add = async (label, work) => {
    const started = performance.now()
    try {
      return await work()
    } finally {
      times.set(label, (times.get(label) ?? 0) + performance.now() - started)
    }
  }
  const watched = (session) => new Proxy(session, {
    get(target, name) {
      const value = target[name]
      if (typeof value !== 'function') return value
      if (name === 'transaction' || name === 'savepoint') return async (work, ...rest) => {
        let ended
        const answer = await target[name](async (inner) => {
          const done = await work(watched(inner))
          ended = performance.now()
          return done
        }, ...rest)
        times.set('commit', (times.get('commit') ?? 0) + performance.now() - ended)
        return answer
      }
      if (!timed.has(name)) return value.bind(target)
      return (...given) => add(labelOf(name, given), () => value.apply(target, given))
    },
  })
  return {
    engine: watched(engine),
    /** The longest statements since they were asked for last. */
    longest: (count) => {
      const found = [...times].toSorted(([, one], [, other]) => other - one).slice(0, count)
      times = new Map()
      return found.map(([label, ms]) => ({ label, ms: Math.round(ms) }))
    },
  }
}

function labelOf(name, [first]) {
  if (name === 'query') return dialect.sqlToQuery(first.getSQL()).sql.replaceAll(/stage_[0-9a-f]{20,}/g, 'stage').replaceAll('"', '').replaceAll(/\s+/g, ' ').slice(0, 110)
  return `${name} ${first?.kind ?? ''} ${first?.table?.name ?? first?.name ?? ''} ${first?.index?.name ?? ''}`.replaceAll(/stage_[0-9a-f]{20,}/g, 'stage')
}
