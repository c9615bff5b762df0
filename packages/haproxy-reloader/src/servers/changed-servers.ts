/** The servers that two lists of a pool do not share. */
export interface ChangedServers<T> {
  /** Servers of the first list only. */
  readonly before: readonly T[]
  /** Servers of the second list only. */
  readonly after: readonly T[]
}

/** Number of servers in which the next shared one is searched where the lists differ: most changes are of one server. */
const lookAhead = 16

/**
 * Returns the servers that are in one of two lists only, as the same object. It
 * walks both lists once, and makes nothing for servers that did not change.
 */
export function changedServers<T extends object>(
  from: readonly T[],
  to: readonly T[],
): ChangedServers<T> {
  const before = new Set<T>()
  const after = new Set<T>()
  let [i, j] = from === to ? [from.length, to.length] : [0, 0]
  while (i < from.length && j < to.length) {
    if (from[i] === to[j]) {
      i++
      j++
      continue
    }
    const [skipped, added] = stepsToNextShared(from, i, to, j)
    for (const end = i + skipped; i < end; i++) take(before, from[i])
    for (const end = j + added; j < end; j++) take(after, to[j])
  }
  for (; i < from.length; i++) take(before, from[i])
  for (; j < to.length; j++) take(after, to[j])
  // A server that moved within its list did not change.
  for (const server of before) if (after.delete(server)) before.delete(server)
  return { before: [...before], after: [...after] }
}

/** Returns how many servers of each list come before the next shared one, as far as it is looked for. */
function stepsToNextShared<T>(
  from: readonly T[],
  i: number,
  to: readonly T[],
  j: number,
): [number, number] {
  for (let steps = 1; steps <= lookAhead; steps++) {
    if (from[i] === to[j + steps]) return [0, steps]
    if (from[i + steps] === to[j]) return [steps, 0]
    if (from[i + steps] === to[j + steps]) return [steps, steps]
  }
  return [1, 1]
}

function take<T>(servers: Set<T>, server: T | undefined): void {
  if (server) servers.add(server)
}
