import { readFileSync } from 'node:fs'

// The same place as seen from the sources and from the build.
const { version: own } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string }

/** The version of this package. */
export const version = own
