/** What an engine can do, for those who would otherwise have to ask for its name. */
export interface Capabilities {
  /** Whether several sessions run side by side. Without it, work outside a transaction waits until the transaction ends. */
  readonly concurrentSessions: boolean
  /** Whether a running statement can be cancelled. */
  readonly cancellation: boolean
  /** Whether CSV bytes can be poured in as they are. */
  readonly csvBytes: boolean
  /** Whether a table can be cut into partitions by the engine. */
  readonly partitions: boolean
  /** Whether staging tables can do without the write-ahead log. */
  readonly unloggedTables: boolean
  /** How many parameters one statement may carry. */
  readonly maxParameters: number
}
