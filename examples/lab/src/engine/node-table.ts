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
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map(row => row[column]?.length ?? 0)),
  )
  return [titles, ...rows]
    .map(
      row =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
