import type { Generation, Outcome } from 'haproxy-reloader'
import { agentCommand } from './agent-command.js'
import { moment, oneLine, table } from './table.js'

/** `serf-haproxy history`. */
export const historyCommand = agentCommand<readonly Generation[]>(
  'history',
  'list the configurations that HAProxy ran, each with its cause',
  agent => agent.get('/history'),
  generations => {
    const rows = table([
      ['generation', 'applied at', 'by', 'took'],
      ...generations.map(({ number, at, via, tookMs }) => [
        String(number),
        moment(at),
        via,
        `${tookMs.toFixed(1)} ms`,
      ]),
    ]).split('\n')
    const width = Math.max(...rows.map(row => row.length))
    return rows
      .map(
        (row, i) =>
          `${row.padEnd(width)}  ${i === 0 ? 'cause' : oneLine(generations[i - 1]?.cause ?? '')}`,
      )
      .join('\n')
  },
)

/** `serf-haproxy diff`. */
export const diffCommand = agentCommand<{ readonly difference: string }>(
  'diff <from> <to>',
  'show what leads from one generation to another',
  (agent, from = '', to = '') =>
    agent.get(`/diff/${encodeURIComponent(from)}/${encodeURIComponent(to)}`),
  ({ difference }) => difference.trimEnd(),
)

/** `serf-haproxy rollback`. */
export const rollbackCommand = agentCommand<Outcome>(
  'rollback <generation>',
  'have HAProxy run a generation again, and freeze it there until `thaw`',
  (agent, generation = '') => agent.post(`/rollback/${encodeURIComponent(generation)}`),
  outcome =>
    isRunning(outcome)
      ? 'HAProxy runs it; `serf-haproxy thaw` follows the cluster again'
      : `not done: ${outcome.kind}`,
  isRunning,
)

function isRunning({ kind }: Outcome): boolean {
  return kind === 'applied' || kind === 'unchanged'
}
