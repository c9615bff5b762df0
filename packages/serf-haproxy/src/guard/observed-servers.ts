import type { Facts } from '../decision/evaluate-member.js'
import type { Observation, SeenServer } from '../haproxy/observe-haproxy.js'
import { healthOf } from '../haproxy/server-status.js'

/** Returns HAProxy's servers by the last poll of its statistics; undefined if HAProxy did not answer. */
export function observedServers(
  observation: Observation<SeenServer> | undefined,
): Facts['servers'] {
  if (!observation?.haproxy.reachable) return undefined
  const found = new Map<string, { health: 'up' | 'down'; provenIn: readonly string[] }>()
  for (const { pool, name, status, check } of observation.servers.values()) {
    const { health = 'down', provenIn = [] } = found.get(name) ?? {}
    const isUp = healthOf(status) === 'up'
    const isProven = status === 'no check' || (status.startsWith('UP') && check.endsWith('OK'))
    found.set(name, {
      health: isUp ? 'up' : health,
      provenIn: isProven ? [...provenIn, pool] : provenIn,
    })
  }
  return found
}
