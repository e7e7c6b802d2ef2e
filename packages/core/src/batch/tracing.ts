import { SpanStatusCode, trace, type Attributes } from '@opentelemetry/api'
import { errorMessage } from '../error/error-message.js'
import { redact } from '../log/redact.js'

/** Runs work inside a span, for programs that have set up OpenTelemetry; for others it is the work alone. */
export function traced<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return trace.getTracer('@varve/core').startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work()
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: redact(errorMessage(error)) })
      throw error
    } finally {
      span.end()
    }
  })
}
