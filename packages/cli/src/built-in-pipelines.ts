import type { Environment, Pipeline } from '@varve/core'

/** The pipelines that come with the command: they need no configuration, and one that is configured under the same name wins. */
export const builtInPipelines: Readonly<Record<string, (environment: Environment) => Promise<Pipeline>>> = {
  tracktik: async (environment) => (await import('./pipeline/tracktik/tracktik-pipeline.js')).tracktikPipeline({ environment }),
  connectwise: async (environment) => (await import('./pipeline/connectwise/connectwise-pipeline.js')).connectwisePipeline({ environment }),
  otc: async (environment) => (await import('./pipeline/otc/otc-pipeline.js')).otcPipeline({ environment }),
}
