/** Why a value cannot be what its column holds. */
export class Rejection {
  constructor(
    /** A stable word for counting: `type`, `range`, `length`, `encoding`, `null`, `precision`. */
    readonly reason: RejectionReason,
    /** A sentence for people, without the value. */
    readonly message: string,
  ) {}
}

/** The kinds of reason a value is rejected for. */
export type RejectionReason = 'type' | 'range' | 'length' | 'encoding' | 'null' | 'precision' | 'unknown column' | 'malformed'
