/**
 * Models of one policy, built one after the other in the time of what changed.
 * It is an entry of its own for programs that follow a cluster.
 *
 * @packageDocumentation
 */
export { createModelBuilder } from './pools/model-builder.js'
export type { ModelBuilder } from './pools/model-builder.js'
