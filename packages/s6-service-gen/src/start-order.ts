import type { Services } from './service-description.js'
import { ServiceError } from './service-error.js'

/**
 * The services in the order in which they can start, in ranks: those of one
 * rank do not wait for each other. They stop in the reverse order.
 *
 * @throws ServiceError `dependency-cycle`, with the way round.
 */
export function startOrder(services: Services): string[][] {
  const ranks: string[][] = []
  const started = new Set<string>()
  let waiting = Object.keys(services).toSorted()
  while (waiting.length > 0) {
    const rank = waiting.filter(name => services[name]?.after.every(other => started.has(other)))
    if (rank.length === 0) throw cycle(services, waiting)
    for (const name of rank) started.add(name)
    ranks.push(rank)
    waiting = waiting.filter(name => !started.has(name))
  }
  return ranks
}

function cycle(services: Services, waiting: readonly string[]): ServiceError {
  const way: string[] = []
  let name = waiting[0]
  while (name !== undefined && !way.includes(name)) {
    way.push(name)
    name = services[name]?.after.find(other => waiting.includes(other))
  }
  const round = [...way.slice(way.indexOf(name ?? '')), name].join(' → ')
  return new ServiceError(
    'dependency-cycle',
    `service ${name}, after: found a cycle, ${round}; wanted services that can start one after the other`,
  )
}
