import { request, type IncomingMessage, type RequestOptions } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { AgentError } from '../agent-error.js'
import type { AgentAddress } from '../configuration/agent-address.js'
import type { AgentState } from '../state/agent-state.js'
import { askAgent } from './agent-client.js'

/** Time in which an agent accepts a client of its event stream. */
const timeoutMs = 10_000

const retryMs = 1000

/**
 * Yields the state of a running agent: now, and when it has changed. Yields an
 * error while the agent is away, and its state again when it is back.
 *
 * @throws AgentError `no-agent` if no agent answers at the start, `refused` if it rejects the stream
 */
export async function* agentStates(
  address: AgentAddress,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<AgentState | AgentError> {
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      const open = (place: RequestOptions) => openStream({ ...place, signal })
      yield* statesOf(await askAgent(address, 'GET', open))
    } catch (error) {
      if (signal.aborted) return
      if (isFirst && error instanceof AgentError) throw error
      // A stream that breaks is opened again at once; an agent that does not answer is reported.
      if (error instanceof AgentError) yield error
    }
    await wait(retryMs, undefined, { signal }).catch(() => {})
  }
}

/** Opens the event stream. Rejects with an AgentError only if an agent answered, with an error. */
function openStream(options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = request({ ...options, path: '/events', agent: false }, response => {
      call.setTimeout(0)
      if (response.statusCode === 200) {
        resolve(response.setEncoding('utf8'))
        return
      }
      response.resume()
      const message = `the agent refuses its event stream with status ${response.statusCode}; expected 200`
      reject(new AgentError('refused', message))
    })
    call.setTimeout(timeoutMs, () => call.destroy(new Error(`no answer in ${timeoutMs} ms`)))
    call.once('error', reject).end()
  })
}

/** Yields the states of an event stream; its other events are not of interest here. */
async function* statesOf(stream: AsyncIterable<unknown>): AsyncGenerator<AgentState> {
  let rest = ''
  for await (const text of stream) {
    const frames = (rest + String(text)).split('\n\n')
    rest = frames.pop() ?? ''
    for (const frame of frames) {
      const [, data] = /^event: state\ndata: (.*)$/m.exec(frame) ?? []
      if (data !== undefined) yield JSON.parse(data) as AgentState
    }
  }
}
