import { createServer } from 'node:net'
import { agentClient } from '../http/agent-client.js'
import { AgentError } from '../agent-error.js'
import type { Health } from '../reporting/health.js'
import type { AgentState } from '../state/agent-state.js'
import type { Configuration } from '../configuration/schema.js'
import { bad, good, look, type Finding } from './finding.js'

/** Whether an agent runs, what it complains of, and what others did behind its back. */
export async function checkAgent(configuration: Configuration): Promise<readonly Finding[]> {
  const agent = agentClient(configuration)
  try {
    const [state, health] = await Promise.all([
      agent.get<AgentState>('/state'),
      agent.get<Health>('/health'),
    ])
    return [
      good('agent', `runs, ${state.mode}, version ${state.version}`),
      ...health.reasons.map(reason =>
        look('agent', reason, '`serf-haproxy status` and `explain MEMBER` have more'),
      ),
      ...drifted(state),
    ]
  } catch (error) {
    if (!(error instanceof AgentError) || error.code !== 'no-agent') throw error
    const nobody = look('agent', 'none runs with this configuration', 'start `serf-haproxy run`')
    return [nobody, ...(await checkPort(configuration.listen))]
  }
}

function drifted({ counters }: AgentState): readonly Finding[] {
  if (counters.drift === 0) return []
  return [
    look(
      'drift',
      `others changed HAProxy or its file ${counters.drift} times since the agent started; it was put right`,
      'find who else writes to the socket or the file, and have them leave it to the agent',
    ),
  ]
}

function checkPort({ address, port }: Configuration['listen']): Promise<readonly Finding[]> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', ({ message }) =>
      resolve([
        look(
          'port',
          `the agent's page could not listen on ${address}:${port}: ${message}`,
          'end what listens there, or set `listen`',
        ),
      ]),
    )
    server.listen(port, address, () =>
      server.close(() => resolve([good('port', `${address}:${port} is free`)])),
    )
  })
}

/** The configuration itself could not be read: nothing else can be looked at. */
export function unreadable({ message }: AgentError): Finding {
  return bad('configuration', message, 'correct it; `serf-haproxy init` writes one that works')
}
