import { moment } from 'command-line-program'
import type { Generation, Outcome } from 'haproxy-reloader'
import { agentCommand } from './agent-command.js'
import { printableTable } from './printable-table.js'

/** `serf-haproxy history`. */
export const historyCommand = agentCommand<readonly Generation[]>(
  'history',
  'list the configurations that HAProxy has run, with their causes',
  {
    ask: agent => agent.get('/history'),
    describe: (generations, terminal) => ({
      coloured: printableTable(
        [
          ['generation', 'applied at', 'by', 'took', 'cause'],
          ...generations.map(({ number, at, via, tookMs, cause }) => [
            String(number),
            moment(at),
            via,
            `${tookMs.toFixed(1)} ms`,
            cause,
          ]),
        ],
        terminal,
      ),
    }),
  },
)

/** `serf-haproxy diff`. */
export const diffCommand = agentCommand<{ readonly difference: string }>(
  'diff <from> <to>',
  'show the difference between two generations as a unified diff',
  {
    ask: (agent, from = '', to = '') =>
      agent.get(`/diff/${encodeURIComponent(from)}/${encodeURIComponent(to)}`),
    describe: ({ difference }) => difference.trimEnd(),
  },
)

/** `serf-haproxy rollback`. */
export const rollbackCommand = agentCommand<Outcome>(
  'rollback <generation>',
  'apply an earlier generation and freeze the agent there, until `thaw`',
  {
    ask: (agent, generation = '') => agent.post(`/rollback/${encodeURIComponent(generation)}`),
    describe: outcome =>
      isRunning(outcome)
        ? 'HAProxy runs this generation; `serf-haproxy thaw` resumes following the cluster'
        : `not applied: ${outcome.kind}`,
    isDone: isRunning,
  },
)

function isRunning({ kind }: Outcome): boolean {
  return kind === 'applied' || kind === 'unchanged'
}
