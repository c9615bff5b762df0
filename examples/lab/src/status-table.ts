import type { NodeStatus } from './lab-status.js'
import { balancer } from './place.js'

const titles = ['member', 'address', 'processes', 'Serf', 'HAProxy', 'requests']

/** The lab's status as a table for people. */
export function statusTable(nodes: readonly NodeStatus[]): string {
  const rows = nodes.map(({ name, address, node, serf, haproxy, requests }) => [
    name,
    address ?? '–',
    node ?? 'none',
    serf ?? '–',
    name === balancer ? '–' : (haproxy ?? 'not in the pool'),
    requests === undefined ? '–' : String(requests),
  ])
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map(row => printable(row[column]).length)),
  )
  return [titles, ...rows]
    .map(row => row.map((cell, i) => printable(cell).padEnd(widths[i] ?? 0)).join('  ').trimEnd())
    .join('\n')
}

/** Names come from gossip: nothing in them may move the cursor. */
function printable(text = ''): string {
  return text.replaceAll(/\p{C}/gu, '?').slice(0, 40)
}
