import { isSameFiles } from '../plan/desired-file.js'
import type { DesiredState } from '../plan/desired-state.js'
import { isSamePools } from './pool-change.js'

/** Returns whether two configurations have the same text and files. With one frame it reads no text. */
export function isSameConfiguration(before: DesiredState, after: DesiredState): boolean {
  if (before === after) return true
  if (!isSameFiles(before.files, after.files)) return false
  if (before.frame !== undefined && before.frame === after.frame)
    return isSamePools(before.pools, after.pools)
  return before.text === after.text
}
