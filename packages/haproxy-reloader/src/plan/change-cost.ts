/**
 * What changes cost HAProxy, in milliseconds on a quiet machine with two
 * cores: a start amount, and what each server of the pool adds to it.
 *
 * HAProxy finds a server by its name by going through the pool, and an added
 * one has to be looked for among all. So a burst into a large pool grows with
 * the product of both, where a reload grows with the servers alone.
 */
const prices = {
  add: [0.03, 0.000_11],
  delete: [0.015, 0.000_03],
  set: [0.01, 0.000_01],
  /** `haproxy -c`, the new worker's start, and until it answers on the stats socket. */
  reload: [60, 0.012_5],
} as const

function price(of: keyof typeof prices, servers: number): number {
  const [start, perServer] = prices[of]
  return start + perServer * servers
}

/** What one command holds a thread of HAProxy for, in a pool of so many servers. */
export function commandMs(text: string, servers: number): number {
  if (text.startsWith('add server ')) return price('add', servers)
  return price(text.startsWith('del server ') ? 'delete' : 'set', servers)
}

/** What an operation of a plan holds a thread of HAProxy for. */
export function operationMs(kind: string, servers: number): number {
  if (kind === 'add') return price('add', servers) + 2 * price('set', servers)
  if (kind === 'remove') return price('delete', servers) + price('set', servers)
  return price('set', servers)
}

/** How long it takes until a reload serves, with so many servers in all. */
export function reloadMs(servers: number): number {
  return price('reload', servers)
}
