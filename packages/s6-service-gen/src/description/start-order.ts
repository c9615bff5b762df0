import type { Longrun, Oneshot, Services } from './service-description.js'

/** The services that are no bundles, each waiting for such only. */
export type Atomics = Readonly<Record<string, Longrun | Oneshot>>

/** Replaces bundles by what they stand for: plain s6 does not know them. */
export function withoutBundles(services: Services): Atomics {
  const members = (name: string): string[] => {
    const service = services[name]
    return service?.type === 'bundle' ? service.contents.flatMap(members) : [name]
  }
  return Object.fromEntries(
    Object.entries(services).flatMap(([name, service]) =>
      service.type === 'bundle'
        ? []
        : [[name, { ...service, after: [...new Set(service.after.flatMap(members))].toSorted() }]],
    ),
  )
}

/**
 * The services in the order in which they can start, in ranks: those of one
 * rank do not wait for each other. They stop in the reverse order. There is no
 * cycle: `parseDescription` refuses those.
 */
export function startOrder(services: Atomics): string[][] {
  const ranks: string[][] = []
  const started = new Set<string>()
  let waiting = Object.keys(services).toSorted()
  while (waiting.length > 0) {
    const rank = waiting.filter(name => services[name]?.after.every(other => started.has(other)))
    for (const name of rank) started.add(name)
    ranks.push(rank)
    waiting = waiting.filter(name => !started.has(name))
  }
  return ranks
}
