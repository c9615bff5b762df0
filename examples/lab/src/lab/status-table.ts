import { printableName } from 'serf-haproxy'
import type { NodeStatus } from './lab-status.js'
import { balancer } from '../engine/place.js'
import { textTable } from '../text-table.js'

const titles = ['member', 'address', 'processes', 'Serf', 'HAProxy', 'requests']

/** The lab's status as a table for people. */
export function statusTable(nodes: readonly NodeStatus[]): string {
  const rows = nodes.map(({ name, address, node, serf, haproxy, requests }) => [
    printableName(name),
    address ?? '–',
    node ?? 'none',
    serf ?? '–',
    name === balancer ? '–' : (haproxy ?? 'not in the pool'),
    requests === undefined ? '–' : String(requests),
  ])
  return textTable([titles, ...rows])
}
