/**
 * Every code an error of Varve can carry, with the exit code of a command that ends with it. Codes are stable:
 * they are added, never renumbered. The first digit is the kind, and with two exceptions the exit code:
 * 1 usage and configuration, 2 refused by data or a guard, 3 engine or source, 4 locks, 9 a defect of ours.
 */
export const errorCodes = {
  V1001: { title: 'wrong engine url', exit: 1 },
  V1002: { title: 'wrong configuration', exit: 1 },
  V1003: { title: 'wrong table declaration', exit: 1 },
  V1004: { title: 'wrong mapping', exit: 1 },
  V1005: { title: 'wrong pipeline', exit: 1 },
  V1006: { title: 'wrong use of the command line', exit: 1 },
  V1007: { title: 'optional package is missing', exit: 1 },
  V1008: { title: 'the engine cannot do this', exit: 1 },
  V1009: { title: 'wrong argument', exit: 1 },
  V1010: { title: 'wrong dimension definition', exit: 1 },
  V2001: { title: 'lossy schema change', exit: 2 },
  V2002: { title: 'quality gate failed', exit: 2 },
  V2003: { title: 'too many rejected rows', exit: 2 },
  V2004: { title: 'input cannot be read as rows', exit: 2 },
  V2005: { title: 'ledger is newer than this program', exit: 2 },
  V2006: { title: 'refused by a guard', exit: 2 },
  V2007: { title: 'staged rows do not match the rows sent', exit: 2 },
  V2008: { title: 'conflicting rows in one load', exit: 2 },
  V2009: { title: 'batch cannot be reverted', exit: 2 },
  V2010: { title: 'history is damaged', exit: 2 },
  V2011: { title: 'ledger drift', exit: 2 },
  V3001: { title: 'engine cannot be reached', exit: 3 },
  V3002: { title: 'credentials refused', exit: 3 },
  V3003: { title: 'permission missing', exit: 3 },
  V3004: { title: 'no space left', exit: 3 },
  V3005: { title: 'conflict with another transaction', exit: 3 },
  V3006: { title: 'constraint violated', exit: 3 },
  V3007: { title: 'value refused by the engine', exit: 3 },
  V3008: { title: 'statement refused by the engine', exit: 3 },
  V3009: { title: 'engine failed', exit: 3 },
  V3010: { title: 'source failed', exit: 3 },
  V3011: { title: 'pipeline step failed', exit: 3 },
  V3012: { title: 'batch was taken over', exit: 3 },
  V3013: { title: 'table or schema does not exist', exit: 3 },
  V4001: { title: 'lock is held', exit: 4 },
  V4002: { title: 'database directory is in use', exit: 4 },
  V5001: { title: 'interrupted', exit: 130 },
  V9001: { title: 'internal error', exit: 70 },
} as const satisfies Record<`V${number}`, { title: string; exit: number }>

/** A stable error code. */
export type ErrorCode = keyof typeof errorCodes
