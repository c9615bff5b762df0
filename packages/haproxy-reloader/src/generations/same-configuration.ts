import type { DesiredState } from '../plan/desired-state.js'
import { isSamePools } from './pool-change.js'

/** A configuration that tells which others can differ from it in its servers only. */
interface Framed extends DesiredState {
  /** The same object in two configurations: they differ at most in the server lines of their pools. */
  readonly frame?: object
}

/** Returns whether two configurations have the same text. With one frame it reads no text. */
export function isSameConfiguration(before: Framed, after: Framed): boolean {
  if (before === after) return true
  if (before.frame !== undefined && before.frame === after.frame)
    return isSamePools(before.pools, after.pools)
  return before.text === after.text
}
