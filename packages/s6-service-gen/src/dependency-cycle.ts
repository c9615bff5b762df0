/** Names, each with the names that it refers to. */
export type Graph = ReadonlyMap<string, readonly string[]>

/**
 * Finds a dependency cycle.
 *
 * @returns the names along the cycle, which begins and ends with the same
 * name; undefined without one. Names that the graph does not have are ignored
 */
export function findDependencyCycle(graph: Graph): readonly string[] | undefined {
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
