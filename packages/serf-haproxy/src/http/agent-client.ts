import { request, type OutgoingHttpHeaders, type RequestOptions } from 'node:http'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { AgentError } from '../agent-error.js'
import type { AgentState } from '../state/agent-state.js'
import type { AgentAddress } from '../configuration/agent-address.js'
import { endpointText, type Endpoint } from '../configuration/endpoint.js'
import { readText } from '../configuration/read-text.js'

/** Client of a running agent, for the commands. */
export interface AgentClient {
  /**
   * Sends a GET request and returns the parsed answer.
   *
   * @throws AgentError `no-agent` if no agent answers, `refused` if the agent rejects the request.
   */
  get<T>(path: string): Promise<T>
  /** Sends a POST request; throws the same errors as `get`. */
  post<T>(path: string): Promise<T>
}

type Method = 'GET' | 'POST'

const timeoutMs = 10_000

/** Returns the path of the control socket, which is in the agent's state folder. */
export function controlSocketOf(stateFolder: string): string {
  return join(stateFolder, 'control.sock')
}

/** Creates a client that uses the control socket or, if this user cannot open it, TCP. */
export function agentClient(address: AgentAddress): AgentClient {
  const call = <T>(method: Method, path: string) =>
    askAgent(address, method, place => exchange<T>({ ...place, method, path }))
  return { get: path => call('GET', path), post: path => call('POST', path) }
}

/**
 * Asks an agent at its control socket and then, if it does not answer, over TCP.
 *
 * @param ask - rejects with an AgentError only if an agent answered
 * @throws AgentError `no-agent` if no agent answers, and those of `ask`
 */
export async function askAgent<T>(
  { listen, stateFolder, tokenFile }: AgentAddress,
  method: Method,
  ask: (place: RequestOptions) => Promise<T>,
): Promise<T> {
  const socketPath = controlSocketOf(stateFolder)
  try {
    return await ask({ socketPath })
  } catch (error) {
    if (error instanceof AgentError) throw error
  }
  const { address: host, port } = listen
  const token = tokenFile === undefined ? undefined : tokenOf(tokenFile, method)
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  try {
    return await ask({ host, port, headers })
  } catch (cause) {
    if (cause instanceof AgentError) throw cause
    const message = `no agent answers at ${socketPath}, nor at ${endpointText(listen)}; is \`serf-haproxy run\` running, with this configuration?`
    throw new AgentError('no-agent', message, { cause })
  }
}

/**
 * Fetches the state of the agent that listens at an address.
 *
 * @throws AgentError `no-agent` if no agent answers.
 *
 * @example
 * ```ts
 * import { AgentError, fetchStatus } from 'serf-haproxy'
 *
 * // `fetchStatus({ address: '127.0.0.1', port: 9870 })` returns the state of a running agent.
 * const error: unknown = await fetchStatus({ address: '127.0.0.1', port: 1 }).catch(e => e)
 * error instanceof AgentError && error.code // => 'no-agent'
 * ```
 */
export async function fetchStatus({ address: host, port }: Endpoint): Promise<AgentState> {
  try {
    return await exchange<AgentState>({ method: 'GET', path: '/state', host, port })
  } catch (cause) {
    if (cause instanceof AgentError) throw cause
    const message = `no agent answers at ${endpointText({ address: host, port })}; is \`serf-haproxy run\` running?`
    throw new AgentError('no-agent', message, { cause })
  }
}

/** Returns the token. Reading works without it, for a user who may not read the file. */
function tokenOf(file: string, method: Method): string | undefined {
  try {
    return readText(file, 'the token').trim()
  } catch (error) {
    if (method === 'GET') return undefined
    throw error
  }
}

/** The name of this user, for the agent's timeline; empty if the system has none. */
function operatorName(): string {
  try {
    // A header is sent as Latin-1.
    return Buffer.from(userInfo().username).toString('latin1')
  } catch {
    return ''
  }
}

/** Sends one request. Rejects with an AgentError only if an agent answered, with an error. */
function exchange<T>(options: RequestOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const name = options.method === 'POST' && { 'x-operator': operatorName() }
    const headers = { ...(options.headers as OutgoingHttpHeaders | undefined), ...name }
    const call = request({ ...options, headers, agent: false, signal }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (more: string) => (text += more))
      response.once('error', reject)
      response.once('end', () => {
        const isOk = response.statusCode !== undefined && response.statusCode < 300
        const answer = parsed(text) as (T & { error?: string }) | undefined
        if (answer === undefined) {
          const got = JSON.stringify(text.slice(0, 80))
          reject(new Error(`not a serf-haproxy agent: expected JSON, got ${got}`))
        } else if (isOk) resolve(answer)
        else
          reject(
            new AgentError(
              'refused',
              answer.error ?? `the agent answered with status ${response.statusCode}`,
            ),
          )
      })
    })
    call.once('error', reject).end()
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
