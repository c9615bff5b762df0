/** Who refers to whom. */
export type Graph = ReadonlyMap<string, readonly string[]>

/**
 * Looks for somebody who refers to himself by a detour.
 *
 * @returns the way round, which begins and ends with the same name, or
 * nothing; names that the graph does not have are no way
 */
export function findCycle(graph: Graph): readonly string[] | undefined {
  const done = new Set<string>()
  const visit = (name: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name]
    if (done.has(name)) return undefined
    for (const other of graph.get(name) ?? []) {
      const round = visit(other, [...way, name])
      if (round) return round
    }
    done.add(name)
    return undefined
  }
  for (const name of [...graph.keys()].toSorted()) {
    const round = visit(name, [])
    if (round) return round
  }
  return undefined
}
