/**
 * Costs of changes in HAProxy, in milliseconds on an idle machine with two
 * cores: a fixed amount, and one for each server of the pool.
 *
 * HAProxy finds a server by a linear search through its pool. So the cost of a
 * burst into a large pool grows with the product of both sizes, while that of a
 * reload grows with the number of servers.
 */
const costs = {
  add: [0.03, 0.000_11],
  delete: [0.015, 0.000_03],
  set: [0.01, 0.000_01],
  /** `haproxy -c`, and the new worker until it answers on the stats socket. */
  reload: [60, 0.012_5],
} as const

function cost(of: keyof typeof costs, servers: number): number {
  const [fixed, perServer] = costs[of]
  return fixed + perServer * servers
}

/** Returns how long one command occupies a thread of HAProxy, for a pool of this size. */
export function commandMs(text: string, servers: number): number {
  if (text.startsWith('add server ')) return cost('add', servers)
  return cost(text.startsWith('del server ') ? 'delete' : 'set', servers)
}

/** Returns how long an operation of a plan occupies a thread of HAProxy. */
export function operationMs(kind: string, servers: number): number {
  if (kind === 'add') return cost('add', servers) + 2 * cost('set', servers)
  if (kind === 'replace') return operationMs('remove', servers) + operationMs('add', servers)
  if (kind === 'remove') return cost('delete', servers) + cost('set', servers)
  return cost('set', servers)
}

/** Returns how long a reload takes until the new worker serves, for this number of servers. */
export function reloadMs(servers: number): number {
  return cost('reload', servers)
}
