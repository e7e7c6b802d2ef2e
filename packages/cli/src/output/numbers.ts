/** A count for people: `1,234,567`. By hand, since the formatter of the platform takes 25 ms to make. */
export function countText(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

/** A duration for people: `0.4 s`, `2 min 5 s`, `3 h 20 min`. */
export function durationText(ms: number): string {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** An instant for people: to the second, in UTC. */
export function instantText(instant: string): string {
  return `${instant.slice(0, 19).replace('T', ' ')}Z`
}

/** A count with its noun: `1 row`, `2 rows`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : many}`
}
