import { compare } from '../model/name-order.js'
import type { Quarantined } from '../model/quarantined.js'

/** Sorts findings by pool, then by member. */
export function inQuarantineOrder(findings: readonly Quarantined[]): Quarantined[] {
  return findings.toSorted((a, b) => compare(a.pool, b.pool) || compare(a.member, b.member))
}

/** Returns findings in their order; the array before if it is equal. */
export function sameFindings(
  before: readonly Quarantined[],
  findings: readonly Quarantined[],
): readonly Quarantined[] {
  const after = inQuarantineOrder(findings)
  const isSame = after.length === before.length && after.every((one, i) => isEqual(one, before[i]))
  return isSame ? before : after
}

function isEqual(a: Quarantined, b: Quarantined | undefined): boolean {
  return (
    b !== undefined &&
    a.member === b.member &&
    a.pool === b.pool &&
    a.code === b.code &&
    a.reason === b.reason
  )
}
