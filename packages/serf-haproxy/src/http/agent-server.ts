import { createServer, type Server } from 'node:http'
import type { Agent } from '../agent/agent.js'
import type { AgentError } from '../agent-error.js'
import { agentRoutes } from './agent-routes.js'
import { answerRequest, explainBadRequest, requestLimits, type Exchange } from './answer-request.js'
import { EventStreams, type StreamLimits } from './event-streams.js'
import { closeServer, listenOnAddress, listenOnSocket } from './listen.js'
import type { AccessRules } from './request-guard.js'

/** What is served, and where. */
export interface AgentServerOptions extends Partial<AccessRules> {
  readonly agent: Agent
  /** Where the page and the rest listen; nowhere where it is left out. */
  readonly listen?: { readonly address: string; readonly port: number } | undefined
  /** Path of the Unix socket for the commands; mode 0600. */
  readonly controlSocket?: string | undefined
  readonly streams?: Partial<StreamLimits>
  /** Told once when the TCP address cannot be listened on; it is tried again until it can. */
  readonly onTrouble?: (error: AgentError) => void
  /** How often it is tried again; 5,000 ms by default. */
  readonly retryListenMs?: number
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
 * HAProxy is followed even where the TCP port is somebody else's: see `onTrouble`.
 *
 * @throws AgentError `configuration` where the control socket cannot be
 * listened on, or another agent listens there.
 */
export async function serveAgent(options: AgentServerOptions): Promise<AgentServer> {
  const { agent, listen, controlSocket, token, hosts = [] } = options
  const greeting = { version: agent.state().version, controls: token !== undefined }
  const streams = new EventStreams({ agent, greeting }, options.streams)
  const parts = { routes: agentRoutes(agent), streams, rules: { token, hosts } }
  const local = serverOf({ ...parts, isLocal: true })
  const open = serverOf({ ...parts, isLocal: false })
  const retries = listen && keepListening(open, listen, options)
  const close = async () => {
    retries?.stop()
    streams.close()
    await Promise.all([closeServer(local), closeServer(open)])
  }
  try {
    if (controlSocket !== undefined) await listenOnSocket(local, controlSocket)
    await retries?.firstTry
  } catch (error) {
    await close()
    throw error
  }
  return { close }
}

function serverOf(parts: Omit<Exchange, 'request' | 'response'>): Server {
  const server = createServer(requestLimits, (request, response) => {
    void answerRequest({ ...parts, request, response })
  })
  server.maxConnections = maxConnections
  server.on('clientError', explainBadRequest)
  return server
}

/** Listens now or, where somebody else does, as soon as they no longer do. */
function keepListening(
  server: Server,
  listen: { readonly address: string; readonly port: number },
  { onTrouble, retryListenMs = 5000 }: AgentServerOptions,
): { firstTry: Promise<void>; stop(): void } {
  let timer: NodeJS.Timeout | undefined
  const attempt = async (tell?: (error: AgentError) => void): Promise<void> => {
    try {
      await listenOnAddress(server, listen)
    } catch (error) {
      tell?.(error as AgentError)
      timer = setTimeout(() => void attempt(), retryListenMs)
    }
  }
  return { firstTry: attempt(onTrouble), stop: () => clearTimeout(timer) }
}
