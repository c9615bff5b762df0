import { table } from 'command-line-program'
import type { NodeFacts } from './node-engine.js'

const titles = ['NAME', 'PID 1', 'PID', 'STARTED', 'STATUS', 'ADDRESS', 'PORTS', 'PROCESSES']

/** Nodes as a table with the columns of `docker ps`, as far as processes have them. */
export function nodeTable(nodes: readonly NodeFacts[]): string {
  const rows = nodes.map(({ name, program, pid, startedAt, state, address, ports, processes }) => [
    name,
    program || '–',
    String(pid),
    startedAt || '–',
    state,
    address,
    ports.join(', ') || '–',
    String(processes.length),
  ])
  return `${table([titles, ...rows])}\n`
}
