import { request, type RequestOptions } from 'node:http'
import { ScalerError } from '../scaler-error.js'
import { agentViewSchema, type AgentView } from './agent-view.js'

const timeoutMs = 10_000
const longestAnswerBytes = 1 << 26

/** Place of an agent: its control socket, or the address at which it listens. */
export type AgentPlace =
  | {
      /** Path of the control socket. */
      readonly socketPath: string
    }
  | {
      /** Address at which the agent listens. */
      readonly host: string
      /** Port at which the agent listens. */
      readonly port: number
    }

/**
 * Reads the state of an agent.
 *
 * @throws ScalerError `no-agent` if no agent answers with its state, or the signal's reason
 */
export async function readAgent(place: AgentPlace, signal: AbortSignal): Promise<AgentView> {
  const where = 'socketPath' in place ? place.socketPath : `${place.host}:${place.port}`
  try {
    const text = await fetchText({ ...place, path: '/state' }, signal)
    return agentViewSchema.parse(JSON.parse(text))
  } catch (cause) {
    signal.throwIfAborted()
    const reason = cause instanceof Error ? cause.message.slice(0, 300) : String(cause)
    const remedy = 'is `serf-haproxy run` running, and is `agent` in the configuration its place?'
    throw new ScalerError('no-agent', `no state of an agent at ${where}: ${reason}; ${remedy}`, {
      cause,
    })
  }
}

function fetchText(options: RequestOptions, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const ended = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const call = request({ ...options, agent: false, signal: ended }, response => {
      const parts: Buffer[] = []
      let bytes = 0
      response.on('data', (part: Buffer) => {
        bytes += part.length
        parts.push(part)
        if (bytes > longestAnswerBytes)
          response.destroy(new Error(`expected at most ${longestAnswerBytes} bytes, found more`))
      })
      response.once('error', reject)
      response.once('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(parts).toString())
        else reject(new Error(`expected status 200, found ${response.statusCode}`))
      })
    })
    call.once('error', reject).end()
  })
}
