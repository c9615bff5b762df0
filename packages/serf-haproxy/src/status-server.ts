import { createServer, type Server } from 'node:http'
import { AgentError } from './agent-error.js'
import type { AgentState } from './agent-state.js'

/**
 * Serves the agent's state as JSON at `/state`.
 *
 * @throws AgentError `configuration` where the address cannot be listened on.
 */
export async function serveStatus(
  { address, port }: { address: string; port: number },
  state: () => AgentState,
): Promise<Server> {
  const server = createServer((request, response) => {
    const found = request.method === 'GET' && request.url === '/state'
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(found ? state() : { error: 'not found, wanted GET /state' }))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => {
      const message = `listen: cannot listen on ${address}:${port}: ${cause.message}; choose another address`
      reject(new AgentError('configuration', message, { cause }))
    })
    server.listen(port, address, resolve)
  })
  return server
}

/**
 * Asks a running agent for its state.
 *
 * @throws AgentError `no-agent` where none answers.
 */
export async function fetchStatus({
  address,
  port,
}: {
  address: string
  port: number
}): Promise<AgentState> {
  const host = address.includes(':') ? `[${address}]` : address
  try {
    const response = await fetch(`http://${host}:${port}/state`, {
      signal: AbortSignal.timeout(2000),
    })
    return (await response.json()) as AgentState
  } catch (cause) {
    const message = `no agent answers at ${address}:${port}; is \`serf-haproxy run\` running?`
    throw new AgentError('no-agent', message, { cause })
  }
}
