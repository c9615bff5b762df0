import { findDependencyCycle } from '../dependency-cycle.js'
import type { FileTree } from '../file-tree.js'
import type { Finding } from './finding.js'
import { lintFields, script, supervisedFiles } from './lint-fields.js'
import { waitsOf } from '../import/read-run.js'
import { serviceFolders, type ServiceFolder } from '../tree/service-folders.js'

const known = [
  ...supervisedFiles,
  'down',
  'log',
  'supervise',
  'event',
  'instance',
  'instances',
  'template',
]

/** Looks at the scan directory of a plain `s6-svscan`. */
export function lintScanDirectory(tree: FileTree): Finding[] {
  const services = serviceFolders(tree, 's6')
  const names = services.map(({ name }) => name)
  return [
    ...services.flatMap(service => [...lintService(service), ...lintLogger(service)]),
    ...services.flatMap(service => unknownWaits(service, names)),
    ...cycles(services),
    ...handlers(tree),
  ]
}

function lintService(service: ServiceFolder): Finding[] {
  const missing: Finding = {
    rule: 'missing',
    service: service.name,
    field: 'run',
    found: 'nothing',
    wanted: 'an executable file',
    fatal: true,
  }
  return [
    ...(service.files.has('run') ? [] : [missing]),
    ...lintFields(service, { isScanDirectory: true, known }),
  ]
}

/** A logger is a service directory within the one of its service. */
function lintLogger({ name, files }: ServiceFolder): Finding[] {
  const own = [...files].filter(([path]) => path.startsWith('log/'))
  if (own.length === 0) return []
  const inLog = own.map(([path, file]) => [path.slice('log/'.length), file] as const)
  return lintService({
    name: `${name}/log`,
    files: new Map(inLog.filter(([path]) => path !== '')),
  })
}

/** Plain s6 has no dependencies; ours are in the run script, and wait for ever in vain. */
function unknownWaits(service: ServiceFolder, names: readonly string[]): Finding[] {
  return waitsOf(service)
    .filter(name => !names.includes(name))
    .map(name => ({
      rule: 'unknown-service',
      service: service.name,
      field: 'run',
      found: `a wait for ${name}`,
      wanted: `one of ${names.join(', ')}`,
      fatal: true,
    }))
}

function cycles(services: readonly ServiceFolder[]): Finding[] {
  const round = findDependencyCycle(
    new Map(services.map(service => [service.name, waitsOf(service)])),
  )
  const [service] = round ?? []
  if (!round || service === undefined) return []
  const found = `a cycle, ${round.join(' → ')}`
  const wanted = 'services that can start one after the other'
  return [{ rule: 'cycle', service, field: 'run', found, wanted, fatal: true }]
}

/** The scripts that s6-svscan runs on a signal and at its end. */
function handlers(tree: FileTree): Finding[] {
  const name = '.s6-svscan'
  const own = [...tree].filter(([path]) => path.startsWith(`${name}/`))
  const service = {
    name,
    files: new Map(own.map(([path, file]) => [path.slice(name.length + 1), file])),
  }
  return [...service.files.keys()]
    .filter(field => /^(?:SIG[A-Z0-9]+|finish|crash)$/.test(field))
    .flatMap(field => script(service, field, true))
}
