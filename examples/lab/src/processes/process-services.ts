import type { Description, Services } from 's6-service-gen'

/**
 * Returns those of an image's services that a stage has, as they run without a
 * container: all under the user of the lab, and waiting only for services of
 * the same stage.
 */
export function processServices(services: Services, names: readonly string[]): Description {
  const kept = Object.entries(services).filter(([name]) => names.includes(name))
  return Object.fromEntries(
    kept.map(([name, service]) => {
      if (service.type === 'bundle') return [name, service]
      const { user: _, after, ...rest } = service
      return [name, { ...rest, after: after.filter(other => names.includes(other)) }]
    }),
  )
}
