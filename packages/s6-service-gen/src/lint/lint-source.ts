import { findDependencyCycle, type Graph } from '../dependency-cycle.js'
import { isReservedName, reservedPrefixes } from '../description/service-name.js'
import type { FileTree } from '../file-tree.js'
import type { Finding } from './finding.js'
import type { Layout } from '../generate/generate.js'
import { lintBoot, overlayServices } from './lint-boot.js'
import { lintCommandLine } from './lint-command-line.js'
import { lintFields, supervisedFiles } from './lint-fields.js'
import { lintKinds } from './lint-kinds.js'
import { lintPipelines } from './lint-pipelines.js'
import { serviceGraph } from './service-graph.js'
import {
  hasFolder,
  namesIn,
  serviceFolders,
  typeOf,
  type ServiceFolder,
} from '../tree/service-folders.js'

const atomicFiles = [
  'type',
  'dependencies',
  'dependencies.d',
  'timeout-up',
  'timeout-down',
  'flag-essential',
  'flag-recommended',
]

/** The files of each type, and the one that it cannot be without. */
const types: Readonly<Record<string, { needs?: string; known: readonly string[] }>> = {
  longrun: {
    needs: 'run',
    known: [...atomicFiles, ...supervisedFiles, 'producer-for', 'consumer-for', 'pipeline-name'],
  },
  oneshot: { needs: 'up', known: [...atomicFiles, 'up', 'down'] },
  bundle: { known: ['type', 'contents', 'contents.d', 'flag-essential', 'flag-recommended'] },
}

/** Looks at source definitions of s6-rc, or at what s6-overlay makes of them. */
export function lintSource(tree: FileTree, layout: Layout): Finding[] {
  const services = serviceFolders(tree, layout)
  const isOverlay = layout === 's6-overlay'
  const graph = serviceGraph(services)
  const names = new Set([...graph.keys(), ...(isOverlay ? overlayServices : [])])
  return [
    ...lintNames(tree, isOverlay ? 's6-rc.d/' : ''),
    ...services.flatMap(service => lintDefinition(service, names)),
    ...cycles(graph),
    ...lintPipelines(services),
    ...(isOverlay ? lintBoot(tree, { services, graph, names }) : []),
  ]
}

/** s6-rc rejects a name before it looks whether that is a folder. */
function lintNames(tree: FileTree, root: string): Finding[] {
  const names = [...tree.keys()]
    .filter(path => path.startsWith(root))
    .map(path => path.slice(root.length).split('/', 1)[0] ?? '')
    .filter(name => !name.startsWith('.'))
  return [...new Set(names)].flatMap(name => {
    const at = { rule: 'name', service: name, field: 'name', fatal: true } as const
    if (name.includes('\n')) {
      return [{ ...at, found: JSON.stringify(name), wanted: 'a name without a newline' }]
    }
    if (!isReservedName(name)) return []
    const wanted = `a name that does not begin with ${reservedPrefixes.join(' or ')}`
    return [{ ...at, found: 'a reserved beginning', wanted }]
  })
}

function lintDefinition(service: ServiceFolder, names: ReadonlySet<string>): Finding[] {
  const type = typeOf(service)
  const about = type === undefined ? undefined : types[type]
  const at = { service: service.name, fatal: true }
  if (!about) {
    if (hasFolder(service, 'type')) return lintKinds(service)
    const found = type === undefined ? 'nothing' : JSON.stringify(type)
    const wanted = 'longrun, oneshot or bundle'
    return [{ ...at, rule: 'type', field: 'type', found, wanted }]
  }
  const { needs } = about
  const isMissing = needs !== undefined && !service.files.has(needs) && !hasFolder(service, needs)
  const wanted = `what a ${type} cannot be without`
  return [
    ...(isMissing
      ? [{ ...at, rule: 'missing' as const, field: needs, found: 'nothing', wanted }]
      : []),
    ...lintKinds(service),
    ...lintFields(service, { isScanDirectory: false, known: about.known }),
    ...(type === 'oneshot'
      ? (['up', 'down'] as const).flatMap(f => lintCommandLine(service, f))
      : []),
    ...(type === 'bundle' ? emptyBundle(service) : []),
    ...lintList(service, type === 'bundle' ? 'contents' : 'dependencies', names),
  ]
}

/** A list that is empty is accepted, none at all is not. */
function emptyBundle(service: ServiceFolder): Finding[] {
  if (namesIn(service, 'contents').length > 0) return []
  const isThere = [...service.files.keys()].some(path => /^contents(?:$|\.d(?:\/|$)|\/)/.test(path))
  const found = isThere ? 'an empty bundle' : 'nothing'
  const at = { service: service.name, field: 'contents.d', found, wanted: 'at least one service' }
  return [{ ...at, rule: isThere ? 'empty' : 'missing', fatal: !isThere }]
}

/** The folder of a list counts; a file beside it does not. */
function lintList(
  service: ServiceFolder,
  list: 'contents' | 'dependencies',
  names: ReadonlySet<string>,
): Finding[] {
  const isFolder = hasFolder(service, `${list}.d`)
  const field = isFolder ? `${list}.d` : list
  const at = { service: service.name }
  const unknown = namesIn(service, list)
    .filter(name => !names.has(name))
    .map(name => ({
      ...at,
      rule: 'unknown-service' as const,
      field,
      found: /^[\w.@-]+$/.test(name) ? name : JSON.stringify(name),
      wanted: `one of ${[...names].join(', ')}`,
      fatal: true,
    }))
  if (!isFolder || !service.files.has(list)) return unknown
  const [found, wanted] = [`a list that is ignored`, `its names in ${list}.d`]
  return [...unknown, { ...at, rule: 'ignored', field: list, found, wanted, fatal: false }]
}

function cycles(graph: Graph): Finding[] {
  const round = findDependencyCycle(graph)
  const [service] = round ?? []
  if (!round || service === undefined) return []
  return [
    {
      rule: 'cycle',
      service,
      field: 'dependencies.d',
      found: `a cycle, ${round.join(' → ')}`,
      wanted: 'services that can start one after the other',
      fatal: true,
    },
  ]
}
