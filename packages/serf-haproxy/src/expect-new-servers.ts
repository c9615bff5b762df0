import type { Agent } from './agent.js'
import type { ServerObserver } from './server-observer.js'

/**
 * Has the observer wait for the first health check and the first request of
 * each server that HAProxy got, until `signal` aborts.
 */
export async function expectNewServers(
  agent: Pick<Agent, 'state' | 'events'>,
  observer: Pick<ServerObserver, 'expect'>,
  { signal }: { signal: AbortSignal },
): Promise<void> {
  let known = new Set<string>()
  for await (const entry of agent.events.follow({ since: 0, signal })) {
    if (entry.kind !== 'outcome' || entry.outcome.kind !== 'applied') continue
    const servers = agent
      .state()
      .pools.flatMap(({ name: pool, servers }) => servers.map(({ name }) => ({ pool, name })))
    observer.expect(servers.filter(({ pool, name }) => !known.has(`${pool}/${name}`)))
    known = new Set(servers.map(({ pool, name }) => `${pool}/${name}`))
  }
}
