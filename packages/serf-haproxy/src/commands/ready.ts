import { printableText } from '../printable-name.js'
import type { Readiness } from '../reporting/health.js'
import { agentCommand } from './agent-command.js'

/** `serf-haproxy ready`. */
export const readyCommand = agentCommand<Readiness>(
  'ready',
  'exit with 0 if HAProxy follows the cluster, and with 1 if it does not',
  {
    ask: agent => agent.get('/ready'),
    isDone: ({ ready }) => ready,
    describe: ({ ready, reasons }) =>
      [ready ? 'ready' : 'not ready', ...reasons.map(reason => printableText(reason))].join('\n'),
  },
)
