import { createServer } from 'node:http'
import { agentClient } from '../http/agent-client.js'
import { closeServer, listenOnAddress } from '../http/listen.js'
import { AgentError } from '../agent-error.js'
import { plural } from 'command-line-program'
import type { Health } from '../reporting/health.js'
import type { AgentState } from '../state/agent-state.js'
import { endpointText } from '../configuration/endpoint.js'
import type { Configuration } from '../configuration/schema.js'
import { fail, ok, warn, type Finding } from './finding.js'

/** Checks that an agent runs, and reports its warnings and external changes to HAProxy. */
export async function checkAgent(configuration: Configuration): Promise<readonly Finding[]> {
  const agent = agentClient(configuration)
  try {
    const [state, health] = await Promise.all([
      agent.get<AgentState>('/state'),
      agent.get<Health>('/health'),
    ])
    return [
      ok('agent', `running, ${state.mode}, version ${state.version}`),
      ...health.reasons.map(reason =>
        warn('agent', reason, 'run `serf-haproxy status`, or `serf-haproxy explain MEMBER`'),
      ),
      ...drifted(state),
    ]
  } catch (error) {
    if (!(error instanceof AgentError) || error.code !== 'no-agent') throw error
    const absent = warn(
      'agent',
      'no agent runs with this configuration',
      'start `serf-haproxy run`',
    )
    return [absent, await checkPort(configuration.listen)]
  }
}

function drifted({ counters }: AgentState): readonly Finding[] {
  if (counters.drift === 0) return []
  return [
    warn(
      'drift',
      `HAProxy or its file was changed ${plural(counters.drift, 'time')} by other programs since the agent started; the agent corrected it`,
      'find the other program that writes to the socket or the file, and stop it',
    ),
  ]
}

async function checkPort(listen: Configuration['listen']): Promise<Finding> {
  const server = createServer()
  try {
    await listenOnAddress(server, listen)
    await closeServer(server)
    return ok('port', `${endpointText(listen)} is free`)
  } catch (error) {
    const { message } = (error as AgentError).cause as Error
    const text = `the page cannot listen on ${endpointText(listen)}: ${message}`
    return warn('port', text, 'stop what listens there, or change `listen`')
  }
}

/** Returns the finding for a configuration that cannot be loaded. */
export function unreadable({ message }: AgentError): Finding {
  return fail('configuration', message, 'fix it; `serf-haproxy init` writes a working one')
}
