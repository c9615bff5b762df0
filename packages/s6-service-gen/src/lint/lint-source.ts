import { findDependencyCycle } from '../dependency-cycle.js'
import type { FileTree } from '../file-tree.js'
import type { Finding } from './finding.js'
import type { Layout } from '../generate/generate.js'
import { lintCommandLine } from './lint-command-line.js'
import { lintFields, supervisedFiles } from './lint-fields.js'
import { lintPipelines } from './lint-pipelines.js'
import {
  namesIn,
  serviceFolders,
  userBundleOf,
  valueOf,
  type ServiceFolder,
} from '../tree/service-folders.js'

const atomicFiles = [
  'type',
  'dependencies',
  'dependencies.d',
  'timeout-up',
  'timeout-down',
  'flag-essential',
]

/** The files of each type, and the one that it cannot be without. */
const types: Readonly<Record<string, { needs?: string; known: readonly string[] }>> = {
  longrun: {
    needs: 'run',
    known: [...atomicFiles, ...supervisedFiles, 'producer-for', 'consumer-for', 'pipeline-name'],
  },
  oneshot: { needs: 'up', known: [...atomicFiles, 'up', 'down'] },
  bundle: { known: ['type', 'contents', 'contents.d', 'flag-essential'] },
}

/** The services that s6-overlay brings along. */
const overlayServices = 'base user user2 top fix-attrs legacy-cont-init legacy-services'.split(' ')

/** Looks at source definitions of s6-rc, or at what s6-overlay makes of them. */
export function lintSource(tree: FileTree, layout: Layout): Finding[] {
  const services = serviceFolders(tree, layout)
  const isOverlay = layout === 's6-overlay'
  const names = new Set([
    ...services.map(({ name }) => name),
    ...services.flatMap(service => valueOf(service, 'pipeline-name') ?? []),
    ...(isOverlay ? overlayServices : []),
  ])
  return [
    ...services.flatMap(service => lintDefinition(service, names)),
    ...cycles(services),
    ...lintPipelines(services),
    ...(isOverlay
      ? [...unordered(services), ...unstarted(services, userBundleOf(tree), names)]
      : []),
  ]
}

function lintDefinition(service: ServiceFolder, names: ReadonlySet<string>): Finding[] {
  const type = valueOf(service, 'type')
  const about = type === undefined ? undefined : types[type]
  const at = { service: service.name, fatal: true }
  const findings: Finding[] = []
  if (/^s6-?rc-/.test(service.name)) {
    const [found, wanted] = [
      'a reserved beginning',
      'a name that does not begin with s6rc- or s6-rc-',
    ]
    findings.push({ ...at, rule: 'name', field: 'name', found, wanted })
  }
  if (!about) {
    const found = type === undefined ? 'nothing' : JSON.stringify(type)
    const wanted = 'longrun, oneshot or bundle'
    return [...findings, { ...at, rule: 'type', field: 'type', found, wanted }]
  }
  if (about.needs !== undefined && !service.files.has(about.needs)) {
    const wanted = `what a ${type} cannot be without`
    findings.push({ ...at, rule: 'missing', field: about.needs, found: 'nothing', wanted })
  }
  return [
    ...findings,
    ...lintFields(service, { isScanDirectory: false, known: about.known }),
    ...(type === 'oneshot'
      ? (['up', 'down'] as const).flatMap(f => lintCommandLine(service, f))
      : []),
    ...(type === 'bundle' ? emptyBundle(service) : []),
    ...references(service, names),
  ]
}

function emptyBundle(service: ServiceFolder): Finding[] {
  if (namesIn(service, 'contents').length > 0) return []
  const [found, wanted] = ['an empty bundle', 'at least one service']
  return [
    { rule: 'empty', service: service.name, field: 'contents.d', found, wanted, fatal: false },
  ]
}

function references(service: ServiceFolder, names: ReadonlySet<string>): Finding[] {
  return ['dependencies', 'contents'].flatMap(list =>
    namesIn(service, list)
      .filter(name => !names.has(name))
      .map(name => ({
        rule: 'unknown-service' as const,
        service: service.name,
        field: `${list}.d`,
        found: name,
        wanted: `one of ${[...names].join(', ')}`,
        fatal: true,
      })),
  )
}

function cycles(services: readonly ServiceFolder[]): Finding[] {
  const edges = services.map(
    service =>
      [
        service.name,
        [...namesIn(service, 'dependencies'), ...namesIn(service, 'contents')],
      ] as const,
  )
  const round = findDependencyCycle(new Map(edges))
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

/** A service that does not depend on `base`, directly or not, may start before s6-overlay is ready. */
function unordered(services: readonly ServiceFolder[]): Finding[] {
  const direct = new Map(services.map(each => [each.name, namesIn(each, 'dependencies')]))
  const isBased = (name: string, way: readonly string[] = []): boolean =>
    name === 'base' ||
    (!way.includes(name) && (direct.get(name) ?? []).some(other => isBased(other, [...way, name])))
  return services
    .filter(service => valueOf(service, 'type') !== 'bundle' && !isBased(service.name))
    .map(({ name }) => ({
      rule: 'unordered',
      service: name,
      field: 'dependencies.d',
      found: 'nothing that waits for base',
      wanted: 'dependencies.d/base',
      fatal: false,
    }))
}

function unstarted(
  services: readonly ServiceFolder[],
  bundle: readonly string[],
  names: ReadonlySet<string>,
): Finding[] {
  const started = new Set<string>()
  const byName = new Map(services.map(service => [service.name, service]))
  const pipelines = new Map(services.map(each => [valueOf(each, 'pipeline-name'), each.name]))
  const start = (name: string | undefined): void => {
    const service = name === undefined ? undefined : byName.get(name)
    if (name !== undefined && pipelines.has(name)) start(pipelines.get(name))
    if (!service || started.has(service.name)) return
    started.add(service.name)
    // A consumer's producers come with the pipeline, a producer's consumer with the producer.
    for (const list of ['dependencies', 'contents', 'producer-for', 'consumer-for'])
      for (const other of namesIn(service, list)) start(other)
  }
  for (const name of bundle) start(name)
  const at = { field: 'user/contents.d', fatal: false }
  return [
    ...bundle
      .filter(name => !names.has(name))
      .map(name => ({
        ...at,
        rule: 'unknown-service' as const,
        service: 'user',
        found: name,
        wanted: `one of ${[...names].join(', ')}`,
        fatal: true,
      })),
    ...services
      .filter(each => !started.has(each.name) && valueOf(each, 'type') !== 'bundle')
      .map(({ name }) => ({
        ...at,
        rule: 'unstarted' as const,
        service: name,
        found: 'a service that nothing starts',
        wanted: `user/contents.d/${name}`,
      })),
  ]
}
