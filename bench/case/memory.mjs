// Peak memory of a process that streams rows into Postgres: millions must need what a hundred thousand need.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { writeEvents } from '../event-files.mjs'

export const name = 'memory'
export const title = '5,000,000 rows x 10 columns streamed into Postgres, against 100,000; peak resident memory of the process'

const few = 100_000
const many = Number(process.env.VARVE_BENCH_ROWS ?? 5_000_000)
const program = fileURLToPath(new URL('../stream-rows.mjs', import.meta.url))

function peakMiB(url, form, rows, path) {
  if (form !== 'objects') writeEvents(path, form, rows)
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, url, form, String(rows), path], { encoding: 'utf8' })
  rmSync(path, { force: true })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

export async function run({ postgresUrl, directory }) {
  return ['objects', 'ndjson', 'csv'].map((form) => {
    const floor = peakMiB(postgresUrl, form, few, directory(form))
    const peak = peakMiB(postgresUrl, form, many, directory(form))
    const more = peak.peakMiB - floor.peakMiB
    return {
      what: `Postgres: ${form}`,
      figure: `${Math.round(peak.peakMiB)} MiB for ${many.toLocaleString('en')} rows, ${Math.round(floor.peakMiB)} MiB for ${few.toLocaleString('en')}: ${Math.round(more)} MiB more   (${Math.round(many / peak.seconds / 1000)}k rows/s)`,
      peak, floor, target: '<= 60 MiB more', isMet: more <= 60,
    }
  })
}
