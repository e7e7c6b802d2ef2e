import { z } from 'zod'

const names = (description: string) => z.array(z.string().min(1)).describe(description)

const columnText = z
  .string()
  .min(1)
  .describe('integer, bigint, text, text(length), boolean, decimal(precision,scale), float, date, timestamp, time, json, uuid or binary; "not null" or "null" may follow. Columns of the key and the sequence are not null by themselves.')

const column = z.union([
  columnText,
  z.strictObject({
    type: columnText,
    nullable: z.boolean().optional().describe('Whether the column may hold NULL. Default: true, but false for the key and the sequence.'),
    name: z.string().min(1).optional().describe('The name in the database. Default: the property in snake case.'),
  }),
])

const part = z.string().min(1).optional()

/** The fields of a definition in JSON, one by one, so that the mistakes of one do not hide those of another. */
export const definitionFields = {
  $schema: z.string().optional().describe('Where the schema of this file is, for editors.'),
  table: z.string().min(1).describe('The name of the dimension table; it may carry the schema: crm.dim_customer.'),
  schema: z.string().min(1).nullish().describe('The schema of the table.'),
  columns: z.record(z.string().min(1), column).describe('The business columns: property and type. Housekeeping columns come by themselves.'),
  key: names('The natural key: the columns that identify a member in the source.').min(1),
  sequence: z.string().min(1).nullish().describe("The source's own instant of change: a timestamp or date column. Default: null, and changes take the instant of the load."),
  overwrite: names('Columns whose changes are written in place (type 1).').optional(),
  fixed: names('Columns whose first value stays (type 0).').optional(),
  ignore: names('Columns that are stored with a version, and whose changes are no changes.').optional(),
  tracked: names('Columns whose changes open a version (type 2). Default: all that have no other role.').optional(),
  deletes: z.enum(['ignore', 'close']).optional().describe('Whether a member that a complete load lacks is closed. Default: ignore.'),
  conflict: z.enum(['keep', 'replace']).optional().describe('Whether the first values stay when a later load has others for the same instant. Default: keep.'),
  overwriteScope: z.enum(['version', 'member']).optional().describe('Whether an overwritten value reaches one version or all versions of the member. Default: version.'),
  openEnd: z.string().nullish().describe('What stands in valid_to while a version is current: null, or an instant that is far away, such as 9999-12-31. Default: null.'),
  guards: z
    .strictObject({
      maxClosedShare: z.number().min(0).max(1).optional().describe('The share of the living members that a complete load may close at most. Default: 0.5.'),
      handful: z.int().min(0).optional().describe('So many closes are never too many. Default: 5.'),
    })
    .optional(),
  rejects: z
    .union([z.enum(['quarantine', 'refuse']), z.strictObject({ maxShare: z.number().min(0).max(1) })])
    .optional()
    .describe('What becomes of a load with rows that cannot be read: they are set aside, or the load is refused, in any case or from a share on. Default: quarantine.'),
  housekeeping: z
    .strictObject({
      surrogateKey: part, validFrom: part, validTo: part, isCurrent: part, openedBy: part, closedBy: part, createdAt: part, updatedAt: part, recordHash: part,
      recordSource: z.strictObject({ name: z.string().min(1), value: z.string() }).optional(),
    })
    .optional()
    .describe('The names of the housekeeping columns. Where this is given, a part without a name does not exist; the interval always does.'),
}

/** A definition in JSON, as it is written. */
export type DefinitionJson = z.input<z.ZodObject<typeof definitionFields, z.core.$strict>>

/**
 * The JSON Schema of a definition, for editors and other programs.
 *
 * @example
 * ```ts
 * import { definitionJsonSchema } from '@varve/scd2'
 *
 * console.log(JSON.stringify(definitionJsonSchema(), null, 2))
 * ```
 */
export function definitionJsonSchema(): Record<string, unknown> {
  return { title: 'Varve dimension', ...z.toJSONSchema(z.strictObject(definitionFields), { io: 'input' }) }
}
