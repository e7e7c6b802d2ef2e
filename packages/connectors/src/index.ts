export { HttpClient, type HttpClientOptions } from './http/http-client.js'
export type { HttpAnswer, Verdict } from './http/exchange.js'
export type { HttpRequest } from './http/http-request.js'
export { failureKind, failureStatus, type FailureKind } from './http/source-failure.js'
export type { RetryPolicy } from './http/retry-policy.js'
export { retryAfterMs } from './http/retry-after.js'
export { RateBudget, type RateBudgetOptions } from './http/rate-budget.js'
export { CircuitBreaker, type CircuitBreakerOptions } from './http/circuit-breaker.js'
export { systemClock, type Clock } from './http/clock.js'
export type { SecretText } from './http/secret-text.js'
export type { Auth, Credential, TokenAsk } from './http/auth/auth.js'
export { apiKeyAuth, basicAuth, bearerAuth } from './http/auth/fixed-auth.js'
export { clientCredentialsGrant, passwordGrant, refreshTokenGrant, type Grant } from './http/auth/grants.js'
export { oauth2Auth, type OAuth2Options } from './http/auth/oauth2-auth.js'
export { MemoryTokenStore, type StoredToken, type TokenStore } from './http/auth/token-store.js'
export { FileTokenStore } from './http/auth/file-token-store.js'
export { validate } from './http/body/validate.js'
export type { Download } from './http/body/download.js'
export { jsonElements } from './http/body/json-elements.js'
export { readByOffset, type LimitOffsetOptions, type OffsetPage } from './http/paging/limit-offset.js'
export { pagesByNumber, type NumberedPage, type PageNumberOptions } from './http/paging/page-number.js'
export { linkedPages, nextLink, type LinkedPage } from './http/paging/link-header.js'
export { keysetPages, type KeysetOptions } from './http/paging/keyset.js'
export { wholeView } from './http/paging/whole-view.js'
export { rowsOf } from './http/paging/rows-of.js'
export { inOrder } from './http/paging/in-order.js'
export { IdSet } from './http/paging/id-set.js'
export { FileCheckpointStore, type CheckpointStore } from './http/checkpoint.js'
export { backfill, type BackfillOptions, type BackfillPart } from './http/backfill.js'
export { TracktikClient, type ShiftQuery, type TracktikClientOptions, type WorkSessionQuery } from './tracktik/tracktik-client.js'
export { tracktikSettings, type TracktikSettings } from './tracktik/tracktik-settings.js'
export type { RowQuery } from './tracktik/all-rows.js'
export type { WindowQuery } from './tracktik/windowed-rows.js'
export type { InvalidRow } from './tracktik/read-rows.js'
export type {
  RawRow,
  TracktikClientRow,
  TracktikEmployee,
  TracktikPosition,
  TracktikRegion,
  TracktikRow,
  TracktikRowResource,
  TracktikShift,
  TracktikWorkSession,
} from './tracktik/tracktik-rows.js'
export { startTracktikSimulator, type TracktikSimulator, type TracktikSimulatorOptions } from './simulator/tracktik/start-tracktik-simulator.js'
export type { MemberState, MemberTruth, ShiftTruth, TracktikTruth } from './simulator/tracktik/tracktik-truth.js'
export type { TracktikScale, TracktikWorld } from './simulator/tracktik/tracktik-world.js'
export type { PageAsked } from './simulator/tracktik/tracktik-portal.js'
export { readFaultScript, seededFaults, type Fault, type FaultScript } from './simulator/fault-script.js'
export { RequestLog, type RequestEntry } from './simulator/request-log.js'
export { RunningClock, type SimulatorClock } from './simulator/simulator-clock.js'
export { VirtualClock } from './simulator/virtual-clock.js'
export { Random } from './simulator/random.js'
export { OtcClient, type OtcClientOptions } from './otc/otc-client.js'
export { otcManners, type OtcManners } from './otc/otc-manners.js'
export { otcSettings, type OtcSettings } from './otc/otc-settings.js'
export { otcViews, type OtcRow, type OtcView } from './otc/otc-view.js'
export { ConnectwiseClient, type ConnectwiseClientOptions, type ConnectwiseList, type ConnectwiseQuery } from './connectwise/connectwise-client.js'
export type { ConnectwiseHttpOptions } from './connectwise/connectwise-http.js'
export { connectwiseSettings, connectwiseTenants, type ConnectwiseSettings } from './connectwise/connectwise-settings.js'
export { allOf, anyOf, Condition, noneOf, where, type ConditionOperator, type ConditionValue } from './connectwise/condition.js'
export { chunkedRows, type ChunkedCrawl, type RowChunk } from './connectwise/chunked-rows.js'
export type { IdRange } from './connectwise/whole-set.js'
export type { InvalidConnectwiseRow } from './connectwise/read-pages.js'
export type { DescribedTicket, DescriptionOptions } from './connectwise/first-detail-note.js'
export type {
  ConnectwiseBoard,
  ConnectwiseCompany,
  ConnectwiseContact,
  ConnectwiseNote,
  ConnectwiseRaw,
  ConnectwiseResource,
  ConnectwiseRow,
  ConnectwiseStatus,
  ConnectwiseTicket,
  ConnectwiseTimeEntry,
} from './connectwise/connectwise-rows.js'
export { startConnectwiseSimulator, type ConnectwiseSimulator, type ConnectwiseSimulatorOptions } from './simulator/connectwise/start-connectwise-simulator.js'
export type { ConnectwiseRecord, ConnectwiseTable } from './simulator/connectwise/connectwise-records.js'
export type { ConnectwisePageAsked } from './simulator/connectwise/connectwise-api.js'
export { startOtcSimulator, type OtcSimulator, type OtcSimulatorOptions } from './simulator/otc/start-otc-simulator.js'
export type { OtcTicketTruth, OtcTrueRow, OtcTruth } from './simulator/otc/otc-truth.js'
export type { OtcExportOptions } from './simulator/otc/otc-export.js'
export type { OtcScale, OtcWorld } from './simulator/otc/otc-world.js'
