import { splicesBetween } from '../sequence-splices.js'

/** The servers that two lists of a pool do not share. */
export interface ChangedServers<T> {
  /** Servers of the first list only. */
  readonly before: readonly T[]
  /** Servers of the second list only. */
  readonly after: readonly T[]
}

/** Returns the servers that are in one of two lists only, as the same object. */
export function changedServers<T extends object>(
  from: readonly T[],
  to: readonly T[],
): ChangedServers<T> {
  const splices = splicesBetween(from, to)
  const before = new Set(splices.flatMap(({ removed }) => removed))
  const after = new Set(splices.flatMap(({ added }) => added))
  // A server that moved within its list did not change.
  for (const server of before) if (after.delete(server)) before.delete(server)
  return { before: [...before], after: [...after] }
}
