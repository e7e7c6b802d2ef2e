import { is, Placeholder, type SQL } from 'drizzle-orm'
import { VarveError } from '../error/varve-error.js'

/** How an engine writes names and values into a statement that takes no parameters. */
export interface InlineDialect {
  quote(name: string): string
  literal(value: unknown): string
}

/** The text of an expression that stands in DDL: values written in, columns unqualified, as predicates and checks need them. */
export function inlineWith(dialect: InlineDialect, expression: SQL): string {
  return expression.toQuery({
    escapeName: (name) => dialect.quote(name),
    escapeParam: (_number, value) => {
      if (is(value, Placeholder)) throw new VarveError('V1003', 'A placeholder stands in a check, a predicate or a default, which take values only. Write the value itself.')
      return dialect.literal(value)
    },
    escapeString: (text) => dialect.literal(text),
    invokeSource: 'indexes', // columns without their table
  }).sql
}
