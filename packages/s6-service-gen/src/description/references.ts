import { findDependencyCycle } from '../dependency-cycle.js'
import type { Service, Services } from './service-description.js'
import { ServiceError } from '../service-error.js'

/** A logger is a service of its own for s6-rc, and so is the pipeline of both. */
export const loggerOf = (name: string): string => `${name}-log`
/** The bundle of a service and its logger. */
export const pipelineOf = (name: string): string => `${name}-pipeline`

/** The names that a service refers to, after the field that does so. */
function referencesOf(service: Service): ['after' | 'contents', readonly string[]] {
  return service.type === 'bundle' ? ['contents', service.contents] : ['after', service.after]
}

/**
 * Checks the references between services: every name exists, there is no
 * dependency cycle, and no name is that of a logger.
 *
 * @throws ServiceError `unknown-dependency`, `dependency-cycle` or
 * `invalid-description`.
 */
export function checkReferences(services: Services): void {
  for (const [name, service] of Object.entries(services)) {
    const [field, others] = referencesOf(service)
    for (const other of others) {
      if (Object.hasOwn(services, other)) continue
      const there = Object.keys(services).join(', ')
      const message = `service ${name}, ${field}: expected one of: ${there}, got ${other}`
      throw new ServiceError('unknown-dependency', message)
    }
    checkLogger(services, name, service)
  }
  checkCycles(services)
}

function checkLogger(services: Services, name: string, service: Service): void {
  if (service.type !== 'longrun' || !service.log) return
  for (const taken of [loggerOf(name), pipelineOf(name)]) {
    if (!Object.hasOwn(services, taken)) continue
    throw new ServiceError(
      'invalid-description',
      `service ${taken}: expected another name, got the one that the log of ${name} has in s6-rc`,
    )
  }
}

/** A bundle depends on its contents, so that a cycle through bundles is found too. */
function checkCycles(services: Services): void {
  const graph = Object.entries(services).map(
    ([name, service]) => [name, referencesOf(service)[1]] as const,
  )
  const round = findDependencyCycle(new Map(graph))
  const [name] = round ?? []
  const service = name === undefined ? undefined : services[name]
  if (!round || !service) return
  throw new ServiceError(
    'dependency-cycle',
    `service ${name}, ${referencesOf(service)[0]}: expected services that can start one after the other, ` +
      `got a cycle, ${round.join(' → ')}`,
  )
}
