import { table, type Cell, type State, type Terminal } from 'command-line-program'
import { printableName } from 'serf-haproxy'
import type { NodeStatus } from './lab-status.js'
import { balancer } from '../engine/place.js'

const titles = ['member', 'address', 'processes', 'Serf', 'HAProxy', 'requests']

/** States of Serf and of HAProxy that a colour shows; every other one has none. */
const states: Readonly<Record<string, State>> = {
  alive: 'good',
  UP: 'good',
  leaving: 'warning',
  DRAIN: 'warning',
  failed: 'bad',
  DOWN: 'bad',
  left: 'quiet',
}

/** Formats the lab's status as a table for people. */
export function statusTable(nodes: readonly NodeStatus[], terminal?: Terminal): string {
  const rows = nodes.map(({ name, address, node, serf, haproxy, requests }) => [
    printableName(name),
    address ?? '–',
    node ?? 'none',
    withState(serf ?? '–'),
    withState(name === balancer ? '–' : (haproxy ?? 'not in the pool')),
    requests === undefined ? '–' : String(requests),
  ])
  return table([titles, ...rows], terminal)
}

function withState(text: string): Cell {
  return { text, state: states[text] }
}
