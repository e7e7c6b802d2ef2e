import type { BatchStageOptions, ExtractContext } from '../batch/batch-contexts.js'
import { errorMessage } from '../error/error-message.js'
import type { RowSource } from '../stage/row-source.js'
import type { StagedRows } from '../stage/stage-rows.js'
import type { Calculators } from './calculators.js'
import { bare, type FactDefinition } from './fact-definition.js'
import type { FactTable } from './fact-options.js'

type RowMapping = NonNullable<BatchStageOptions['mapping']>

/** Pours facts into staging, with their measures computed. */
export function stageFacts(context: ExtractContext, { table, input, measures }: FactDefinition, rows: RowSource<object>, options: BatchStageOptions): Promise<StagedRows> {
  const columns = table.columns.filter((column) => input.spec.columns.includes(column) || measures?.measures.includes(column.property))
  const mapping = measures ? measuring(measures, options.mapping) : options.mapping
  return context.stage({ spec: bare(table, columns), columns: {} }, rows, { ...options, mapping })
}

/** Computes measures of rows that are mapped already. A row whose measures cannot be computed is rejected. */
function measuring(measures: Calculators<FactTable>, mapping: RowMapping | undefined): RowMapping {
  return {
    apply: (source) => {
      const { row, problems } = mapping ? mapping.apply(source) : { row: source, problems: [] }
      if (problems.some((problem) => problem.severity === 'error')) return { row, problems }
      try {
        return { row: { ...row, ...measures.of(row) }, problems }
      } catch (error) {
        return { row, problems: [...problems, { column: measures.measures.join(', '), severity: 'error', message: `the measures ${measures.measures.join(', ')} cannot be computed: ${errorMessage(error)}` }] }
      }
    },
  }
}
