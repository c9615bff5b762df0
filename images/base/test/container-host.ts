import type { Host } from '../src/node-settings.js'

const eth0 = { address: '10.1.2.3', family: 'IPv4', internal: false } as const

/** Host facts of a container with one network and without a name in DNS. */
export const host = {
  name: '3df5ee34e5d6',
  namesOf: async () => [],
  interfaces: { lo: [{ ...eth0, address: '127.0.0.1', internal: true }], eth0: [eth0] },
} as unknown as Host
