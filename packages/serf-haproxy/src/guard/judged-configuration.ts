import type { Configuration } from '../configuration/schema.js'
import type { Decision } from '../decision/decide.js'
import type { Facts } from '../decision/evaluate-member.js'
import type { Rendering } from '../rendering/rendering.js'

/** A new configuration with its decision and rendering for the present members. */
export interface JudgedConfiguration {
  readonly configuration: Configuration
  readonly decision: Decision
  readonly rendering: Rendering
  /** HAProxy's servers; undefined if they are not known. */
  readonly servers?: Facts['servers']
}
