/** The guards, without the library that they belong to: help is to be quick. A test holds them equal. */
export const guardNames = ['empty', 'mass-close', 'older'] as const
