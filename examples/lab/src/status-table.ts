import { printableName } from 'serf-haproxy'
import type { NodeStatus } from './lab-status.js'
import { balancer } from './place.js'

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
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map(row => row[column]?.length ?? 0)),
  )
  return [titles, ...rows]
    .map(row =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
