/** Something that can be chosen for a run of a pipeline: a flag, or with `value` a text. */
export interface PipelineChoice {
  readonly description: string
  /** What the text is, in a word that stands for it in help: `period`, `date`. @defaultValue none: it is a flag */
  readonly value?: string
  /** On the command line, whether the text stands there by itself, without a name before it: `varve run otc tickets`. One choice of a pipeline can do so. @defaultValue false */
  readonly positional?: boolean
}

/** What can be chosen for a run of a pipeline, by property. */
export type PipelineChoices = Readonly<Record<string, PipelineChoice>>

/** What was chosen for a run. */
export type PipelineValues<C extends PipelineChoices> = { readonly [P in keyof C]?: (C[P] extends { readonly value: string } ? string : boolean) | undefined }
