import type { Finding } from './finding.js'
import { namesIn, valueOf, type ServiceFolder } from '../tree/service-folders.js'

/** Checks pipelines: producer and consumer have to name each other, and both have to be longruns. */
export function lintPipelines(services: readonly ServiceFolder[]): Finding[] {
  const byName = new Map(services.map(service => [service.name, service]))
  return services.flatMap(service => [
    ...ends(service, 'producer-for', 'consumer-for', byName),
    ...ends(service, 'consumer-for', 'producer-for', byName),
    ...single(service, 'producer-for'),
    ...single(service, 'pipeline-name'),
    ...pipelineName(service, byName),
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
    const type = other && valueOf(other, 'type')
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
): Finding[] {
  const name = valueOf(service, 'pipeline-name')
  if (name === undefined) return []
  const at = { rule: 'pipeline', service: service.name, field: 'pipeline-name' } as const
  if (byName.has(name)) {
    return [{ ...at, found: `${name}, which is a service`, wanted: 'another name', fatal: true }]
  }
  if (service.files.has('consumer-for') && !service.files.has('producer-for')) return []
  const found = 'a name that is ignored'
  return [{ ...at, found, wanted: 'it at the last consumer of the pipeline', fatal: false }]
}
