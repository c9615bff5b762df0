import { request, type RequestOptions } from 'node:http'
import { join } from 'node:path'
import { AgentError } from '../agent-error.js'
import type { AgentState } from '../state/agent-state.js'
import type { Configuration } from '../configuration/schema.js'
import { endpointText, type Endpoint } from '../configuration/endpoint.js'
import { readText } from '../configuration/load-configuration.js'

/** A running agent, as the commands speak to it. */
export interface AgentClient {
  /**
   * Asks it for something.
   *
   * @throws AgentError `no-agent` where none answers, `refused` where it declines.
   */
  get<T>(path: string): Promise<T>
  /** Has it do something; throws as `get` does. */
  post<T>(path: string): Promise<T>
}

/** Where an agent can be found. */
export type AgentAddress = Pick<Configuration, 'listen' | 'stateFolder' | 'tokenFile'>

const timeoutMs = 10_000

/** The socket in the agent's state folder that its commands use. */
export function controlSocketOf(stateFolder: string): string {
  return join(stateFolder, 'control.sock')
}

/** Speaks over the control socket or, where this user cannot open it, over TCP. */
export function agentClient({ listen, stateFolder, tokenFile }: AgentAddress): AgentClient {
  const socketPath = controlSocketOf(stateFolder)
  async function call<T>(method: 'GET' | 'POST', path: string): Promise<T> {
    try {
      return await exchange<T>({ method, path, socketPath })
    } catch (error) {
      if (error instanceof AgentError) throw error
    }
    const { address: host, port } = listen
    const headers =
      method === 'POST' && tokenFile !== undefined
        ? { authorization: `Bearer ${readText(tokenFile, 'the token').trim()}` }
        : {}
    try {
      return await exchange<T>({ method, path, host, port, headers })
    } catch (cause) {
      if (cause instanceof AgentError) throw cause
      const message = `no agent answers at ${socketPath}, nor at ${endpointText(listen)}; is \`serf-haproxy run\` running, with this configuration?`
      throw new AgentError('no-agent', message, { cause })
    }
  }
  return { get: path => call('GET', path), post: path => call('POST', path) }
}

/**
 * Asks the agent that listens at an address for its state.
 *
 * @throws AgentError `no-agent` where none answers.
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

/** One request and its answer. Rejects with an AgentError where there was one, and it is no good. */
function exchange<T>(options: RequestOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const call = request({ ...options, agent: false, signal }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (more: string) => (text += more))
      response.once('error', reject)
      response.once('end', () => {
        const isGood = response.statusCode !== undefined && response.statusCode < 300
        const answer = parsed(text) as (T & { error?: string }) | undefined
        if (answer === undefined) {
          const found = JSON.stringify(text.slice(0, 80))
          reject(new Error(`what answers is no agent: found ${found}`))
        } else if (isGood) resolve(answer)
        else
          reject(
            new AgentError('refused', answer.error ?? `the agent answers ${response.statusCode}`),
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
