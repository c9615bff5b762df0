import { createServer, type Server } from 'node:http'
import type { Agent } from '../agent.js'
import type { ServerObserver } from '../server-observer.js'
import { agentRoutes } from './agent-routes.js'
import { answerRequest, explainBadRequest, requestLimits } from './answer-request.js'
import { EventStreams, type StreamLimits } from './event-streams.js'
import { closeServer, listenOnAddress, listenOnSocket } from './listen.js'
import type { Rules } from './request-guard.js'

/** What is served, and where. */
export interface AgentServerOptions extends Partial<Rules> {
  readonly agent: Agent
  readonly observer: ServerObserver
  /** Where the page and the rest listen; nowhere where it is left out. */
  readonly listen?: { readonly address: string; readonly port: number } | undefined
  /** Path of the Unix socket for the commands; mode 0600. */
  readonly controlSocket?: string | undefined
  readonly streams?: Partial<StreamLimits>
}

/** A server that runs. */
export interface AgentServer {
  /** Ends every connection and stops listening. */
  close(): Promise<void>
}

const maxConnections = 256

/**
 * Serves the agent: the page, its figures and its stream over TCP and over the
 * control socket, and changes over whichever {@link refuse} lets through.
 *
 * @throws AgentError `configuration` where an address or a path cannot be
 * listened on, or another agent listens there.
 */
export async function serveAgent(options: AgentServerOptions): Promise<AgentServer> {
  const { agent, observer, listen, controlSocket, token, hosts = [] } = options
  const greeting = { version: agent.state().version, controls: token !== undefined }
  const streams = new EventStreams({ agent, observer, greeting }, options.streams)
  const routes = agentRoutes(agent)
  const servers: Server[] = []
  const add = (isLocal: boolean) => {
    const server = createServer(requestLimits, (request, response) => {
      void answerRequest({ request, response, routes, streams, rules: { token, hosts }, isLocal })
    })
    server.maxConnections = maxConnections
    server.on('clientError', explainBadRequest)
    servers.push(server)
    return server
  }
  const close = async () => {
    streams.close()
    await Promise.all(servers.map(closeServer))
  }
  try {
    if (controlSocket !== undefined) await listenOnSocket(add(true), controlSocket)
    if (listen) await listenOnAddress(add(false), listen)
  } catch (error) {
    await close()
    throw error
  }
  return { close }
}

