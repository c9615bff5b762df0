import type { Graph } from '../dependency-cycle.js'
import { namesIn, pipelineNameOf, typeOf, type ServiceFolder } from '../tree/service-folders.js'

/**
 * The names that each name depends on or stands for, as s6-rc-compile resolves
 * them: a producer depends on its consumer, a bundle stands for its contents,
 * and a pipeline's name for all services of the pipeline.
 */
export function serviceGraph(services: readonly ServiceFolder[]): Graph {
  const graph = new Map(services.map(service => [service.name, edgesOf(service)]))
  const byName = new Map(services.map(service => [service.name, service]))
  for (const service of services) {
    const pipeline = pipelineNameOf(service)
    // A service of that name is a mistake of its own.
    if (pipeline === undefined || byName.has(pipeline)) continue
    graph.set(pipeline, [...upstream(service, byName)])
  }
  return graph
}

function edgesOf(service: ServiceFolder): string[] {
  const type = typeOf(service)
  if (type === 'bundle') return namesIn(service, 'contents')
  const consumers = type === 'longrun' ? namesIn(service, 'producer-for') : []
  return [...namesIn(service, 'dependencies'), ...consumers]
}

/** The services of the pipeline that ends with this one. */
function upstream(
  last: ServiceFolder,
  byName: ReadonlyMap<string, ServiceFolder>,
  found = new Set<string>(),
): ReadonlySet<string> {
  if (found.has(last.name)) return found
  found.add(last.name)
  for (const name of namesIn(last, 'consumer-for')) {
    const producer = byName.get(name)
    if (producer) upstream(producer, byName, found)
  }
  return found
}
