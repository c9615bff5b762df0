import { isReservedName, reservedPrefixes } from '../description/service-name.js'
import type { Finding } from './finding.js'
import { isLastConsumer, namesIn, typeOf, type ServiceFolder } from '../tree/service-folders.js'

/**
 * Checks pipelines: producer and consumer have to name each other, and both
 * have to be longruns. s6-rc does not read these files of other types.
 */
export function lintPipelines(services: readonly ServiceFolder[]): Finding[] {
  const byName = new Map(services.map(service => [service.name, service]))
  const longruns = services.filter(service => typeOf(service) === 'longrun')
  const named = new Set<string>()
  return longruns.flatMap(service => [
    ...ends(service, 'producer-for', 'consumer-for', byName),
    ...ends(service, 'consumer-for', 'producer-for', byName),
    ...single(service, 'producer-for'),
    ...pipelineName(service, byName, named),
  ])
}

function ends(
  service: ServiceFolder,
  field: string,
  back: string,
  byName: ReadonlyMap<string, ServiceFolder>,
): Finding[] {
  return namesIn(service, field).flatMap(name => {
    const other = byName.get(name)
    const type = other && typeOf(other)
    const found =
      type !== 'longrun'
        ? `${name}, which is ${type === undefined ? 'not there' : `a ${type}`}`
        : !namesIn(other ?? service, back).includes(service.name)
          ? `${name}, which has no ${back} that says ${service.name}`
          : undefined
    if (found === undefined) return []
    const wanted = `a longrun whose ${back} says ${service.name}`
    return [{ rule: 'pipeline', service: service.name, field, found, wanted, fatal: true }]
  })
}

function single(service: ServiceFolder, field: string): Finding[] {
  const names = namesIn(service, field)
  if (names.length === 1 || !service.files.has(field)) return []
  const found = names.length === 0 ? 'no name' : names.join(', ')
  return [
    { rule: 'pipeline', service: service.name, field, found, wanted: 'one name', fatal: true },
  ]
}

function pipelineName(
  service: ServiceFolder,
  byName: ReadonlyMap<string, ServiceFolder>,
  named: Set<string>,
): Finding[] {
  const at = { rule: 'pipeline', service: service.name, field: 'pipeline-name' } as const
  if (!service.files.has('pipeline-name')) return []
  if (!isLastConsumer(service)) {
    const found = 'a name that is ignored'
    return [{ ...at, found, wanted: 'it at the last consumer of the pipeline', fatal: false }]
  }
  const [name, ...more] = namesIn(service, 'pipeline-name')
  if (name === undefined || more.length > 0) return single(service, 'pipeline-name')
  if (isReservedName(name)) {
    const wanted = `a name that does not begin with ${reservedPrefixes.join(' or ')}`
    return [{ ...at, found: name, wanted, fatal: true }]
  }
  const taken = byName.has(name) ? 'a service' : named.has(name) ? 'another pipeline' : undefined
  named.add(name)
  if (taken === undefined) return []
  return [{ ...at, found: `${name}, which is ${taken}`, wanted: 'another name', fatal: true }]
}
