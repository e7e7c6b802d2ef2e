import type * as core from '@varve/core'

/** The library, as a value that is loaded late. */
export type Core = typeof core
