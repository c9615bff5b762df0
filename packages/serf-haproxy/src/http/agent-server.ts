import { createServer, type Server } from 'node:http'
import type { Agent } from '../agent/agent.js'
import type { AgentError } from '../agent-error.js'
import { agentRoutes } from './agent-routes.js'
import { answerRequest, explainBadRequest, type Exchange } from './answer-request.js'
import { Connections, type ConnectionLimits } from './connections.js'
import { EventStreams, type StreamLimits } from './event-streams.js'
import { closeServer, isRefusedByDisk, listenOnAddress, listenOnSocket } from './listen.js'
import type { AccessRules } from './request-guard.js'
import { requestLimits } from './request-limits.js'

/** Options of {@link serveAgent}. */
export interface AgentServerOptions extends Partial<AccessRules> {
  readonly agent: Agent
  /** TCP address of the page and the HTTP API; no TCP listener if omitted. */
  readonly listen?: { readonly address: string; readonly port: number } | undefined
  /** Path of the Unix socket for commands; mode 0600. */
  readonly controlSocket?: string | undefined
  readonly streams?: Partial<StreamLimits>
  readonly connections?: Partial<ConnectionLimits>
  readonly requests?: Partial<typeof requestLimits>
  /** Called once if the TCP address cannot be listened on. Listening is then retried until it succeeds. */
  readonly onListenError?: (error: AgentError) => void
  /** Interval between these retries; 5,000 ms by default. */
  readonly retryListenMs?: number
}

/** A running server. */
export interface AgentServer {
  /** Ends every connection and stops listening. */
  close(): Promise<void>
}

/**
 * Serves the page, the HTTP API and the event stream over TCP and over the
 * control socket. {@link authorize} decides which requests are allowed.
 *
 * A TCP port in use is not an error, so that the agent can work: see `onListenError`.
 * A disk that refuses the control socket is reported to the agent, and retried.
 *
 * @throws AgentError `configuration` if another agent listens on the control
 * socket, or its path cannot be one.
 */
export async function serveAgent(options: AgentServerOptions): Promise<AgentServer> {
  const { agent, listen, controlSocket, token, hosts = [] } = options
  const greeting = { version: agent.state().version, controls: token !== undefined }
  const streams = new EventStreams({ agent, greeting }, options.streams)
  const shared = { routes: agentRoutes(agent), streams, access: { token, hosts } }
  const local = serverOf({ ...shared, isLocal: true }, options)
  const open = serverOf({ ...shared, isLocal: false }, options)
  const { onListenError, retryListenMs: retryMs = 5000 } = options
  const retries =
    listen &&
    keepListening(() => listenOnAddress(open, listen), { retryMs, onError: onListenError })
  const socket =
    controlSocket === undefined
      ? undefined
      : keepListening(() => listenOnSocket(local, controlSocket), {
          retryMs,
          mayRetry: isRefusedByDisk,
          onEach: error => agent.reportDisk('control socket', error),
        })
  const close = async () => {
    retries?.stop()
    socket?.stop()
    streams.close()
    await Promise.all([closeServer(local), closeServer(open)])
  }
  try {
    await socket?.firstTry
    await retries?.firstTry
  } catch (error) {
    await close()
    throw error
  }
  return { close }
}

/** Creates a server with its own limit of connections: clients over TCP cannot use up those of the socket. */
function serverOf(
  parts: Omit<Exchange, 'request' | 'response' | 'connections'>,
  limits: Pick<AgentServerOptions, 'connections' | 'requests'>,
): Server {
  const connections = new Connections(limits.connections)
  const server = createServer({ ...requestLimits, ...limits.requests }, (request, response) => {
    void answerRequest({ ...parts, connections, request, response })
  })
  connections.follow(server)
  server.on('clientError', explainBadRequest)
  return server
}

/** Ways to retry, and to report errors. */
interface ListenRetries {
  readonly retryMs: number
  /** Called with the first error. */
  readonly onError?: ((error: AgentError) => void) | undefined
  /** Called with each error, and with undefined when it works after one. */
  readonly onEach?: (error: AgentError | undefined) => void
  /** Returns whether the first error is retried too; every error by default. */
  readonly mayRetry?: (error: AgentError) => boolean
}

/** Listens now or, if the address or the disk refuses, as soon as it works. */
function keepListening(
  listen: () => Promise<void>,
  { retryMs, onError, onEach, mayRetry = () => true }: ListenRetries,
): { firstTry: Promise<void>; stop(): void } {
  let timer: NodeJS.Timeout | undefined
  const attempt = async (isFirst: boolean): Promise<void> => {
    try {
      await listen()
      if (!isFirst) onEach?.(undefined)
    } catch (error) {
      if (isFirst && !mayRetry(error as AgentError)) throw error
      if (isFirst) onError?.(error as AgentError)
      onEach?.(error as AgentError)
      timer = setTimeout(() => void attempt(false), retryMs)
    }
  }
  return { firstTry: attempt(true), stop: () => clearTimeout(timer) }
}
