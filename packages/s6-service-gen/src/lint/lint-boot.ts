import type { Finding } from './finding.js'
import type { FileTree } from '../file-tree.js'
import type { Graph } from '../dependency-cycle.js'
import { bootEntriesOf, namesIn, typeOf, type ServiceFolder } from '../tree/service-folders.js'

/** Services that s6-overlay brings along and that do not start before it is ready. */
const readyServices = ['base', 'fix-attrs', 'legacy-cont-init', 'legacy-services']

/** The names that s6-overlay brings along. */
export const overlayServices: readonly string[] = [...readyServices, 'top', 'user', 'user2']

/** Context of the checks of what s6-overlay starts at boot. */
export interface BootContext {
  readonly services: readonly ServiceFolder[]
  readonly graph: Graph
  /** The names that there are. */
  readonly names: ReadonlySet<string>
}

/** Looks at what s6-overlay starts at boot, and at the order in which it does. */
export function lintBoot(tree: FileTree, context: BootContext): Finding[] {
  return [...unknown(tree, context), ...unordered(context), ...unstarted(tree, context)]
}

/** A bundle that is started at boot must not name what is not there. */
function unknown(tree: FileTree, { names }: BootContext): Finding[] {
  return bootEntriesOf(tree)
    .filter(({ name }) => !names.has(name))
    .map(({ bundle, name }) => ({
      rule: 'unknown-service',
      service: bundle,
      field: `${bundle}/contents.d`,
      found: name,
      wanted: `one of ${[...names].join(', ')}`,
      fatal: true,
    }))
}

/** A service that does not depend on `base`, directly or not, may start before s6-overlay is ready. */
function unordered({ services, graph }: BootContext): Finding[] {
  return services
    .filter(service => typeOf(service) !== 'bundle')
    .filter(({ name }) => !readyServices.some(ready => reachable(graph, [name]).has(ready)))
    .map(({ name }) => ({
      rule: 'unordered',
      service: name,
      field: 'dependencies.d',
      found: 'nothing that waits for base',
      wanted: 'dependencies.d/base',
      fatal: false,
    }))
}

function unstarted(tree: FileTree, { services, graph }: BootContext): Finding[] {
  // A consumer's producers come with the pipeline, although they do not depend on it.
  const started = new Map(graph)
  for (const service of services) {
    const producers = namesIn(service, 'consumer-for')
    started.set(service.name, [...(graph.get(service.name) ?? []), ...producers])
  }
  const found = reachable(
    started,
    bootEntriesOf(tree).map(({ name }) => name),
  )
  return services
    .filter(service => !found.has(service.name) && typeOf(service) !== 'bundle')
    .map(({ name }) => ({
      rule: 'unstarted',
      service: name,
      field: 'user/contents.d',
      found: 'a service that nothing starts',
      wanted: `user/contents.d/${name}`,
      fatal: false,
    }))
}

/** The names, and all that they lead to. */
function reachable(graph: Graph, names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [...names]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue
    found.add(name)
    waiting.push(...(graph.get(name) ?? []))
  }
  return found
}
