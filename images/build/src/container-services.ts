import type { Description, Services } from 's6-service-gen'

/** Keeps the Serf agent in one cluster with all that SERF_SEEDS resolve to. */
const joinSeeds: Description[string] = {
  run: 'exec lab-node join-seeds',
  user: '_serf',
  // So it stops before Serf leaves, and cannot bring it back.
  after: ['serf'],
  // It writes a line there once it is in touch with its own agent.
  ready: { fd: 3 },
  environment: { NOTIFY_FD: '3' },
  stopTimeoutMs: 1000,
  log: { run: logger('join-seeds') },
}

/**
 * Returns the services that s6 supervises in a container: those of
 * `services.yaml`, with logs for the container engine, and one that finds the
 * cluster by DNS.
 */
export function containerServices(services: Services): Description {
  const described = Object.entries(services).map(([name, service]) => [
    name,
    service.type === 'longrun' && service.log
      ? { ...service, log: { run: logger(name) } }
      : service,
  ])
  return { ...Object.fromEntries(described), 'join-seeds': joinSeeds }
}

/**
 * Each line goes to the container's standard output, behind the service's
 * name. -b: a reader that is slow holds the service up, it loses no line.
 */
function logger(name: string): string {
  return `exec s6-setuidgid nobody s6-log -b 'p${name}:' 1`
}
