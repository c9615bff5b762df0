import { processesIn, type InspectedContainer } from 'lab-images'
import type { NodeFacts } from '../engine/node-engine.js'

/**
 * Returns the facts of a node from `inspect`; `printed` is the output of
 * `processScript`, and undefined where the container does not run.
 */
export function containerFacts(
  node: string,
  address: string,
  container: InspectedContainer,
  printed: string | undefined,
): NodeFacts {
  const { State, Config, NetworkSettings } = container
  const processes = printed === undefined ? [] : processesIn(printed)
  const first = processes.find(({ pid }) => pid === 1)
  return {
    name: node,
    state: State.Status === 'running' ? 'running' : 'exited',
    // Of its own first process, as it is seen in the container.
    pid: 1,
    program: first?.name ?? '',
    command: first?.command ?? '',
    startedAt: new Date(State.StartedAt).toISOString(),
    address:
      Object.values(NetworkSettings.Networks).find(({ IPAddress }) => IPAddress !== '')
        ?.IPAddress ?? address,
    ports: Object.keys(NetworkSettings.Ports ?? {}).toSorted(),
    processes,
    environment: Object.fromEntries(
      Config.Env.map(entry => {
        const at = entry.indexOf('=')
        return [entry.slice(0, at), entry.slice(at + 1)]
      }),
    ),
  }
}
