declare module 'fs-native-extensions' {
  /** Locks the whole file for its open descriptor; false when another descriptor holds it. */
  export function tryLock(file: number): boolean
  export function unlock(file: number): void
}
