import type { TextListener } from './text-listeners.js'

/** One address and port at which HAProxy shall listen. */
export interface Port extends Pick<TextListener, 'line' | 'protocol' | 'host' | 'isOnlyIPv6'> {
  readonly port: number
  readonly isTransparent: boolean
}

/** Most ports that are tried: a range may be the whole of them. */
const mostPorts = 1000

/**
 * Returns the ports of the desired listeners that no running listener has. Ports
 * in a network of their own, which this process may not be able to try, are left
 * out, and so are those behind the first thousand.
 */
export function newPorts(
  desired: readonly TextListener[],
  running: readonly TextListener[],
): readonly Port[] {
  const ports: Port[] = []
  for (const listener of desired) {
    if (listener.isApart) continue
    const { line, protocol, host, isOnlyIPv6, isTransparent } = listener
    const known = running.filter(other => other.protocol === protocol && other.host === host)
    for (let port = listener.firstPort; port <= listener.lastPort; port++) {
      if (ports.length === mostPorts) return ports
      if (known.some(({ firstPort, lastPort }) => firstPort <= port && port <= lastPort)) continue
      ports.push({ line, protocol, host, port, isOnlyIPv6, isTransparent })
    }
  }
  return ports
}
