import { terminalOf, type Terminal } from 'command-line-program'
import { AgentError } from '../agent-error.js'
import type { AgentAddress } from '../configuration/agent-address.js'
import { agentStates } from '../http/agent-states.js'
import { shownJson } from '../redaction/shown.js'
import type { AgentState } from '../state/agent-state.js'
import type { Description } from './description.js'
import { changesOn } from './changes-on.js'
import { colouredLines } from './print.js'

/** A view of the state of an agent, which is printed again after every change. */
export interface WatchedView<T> {
  readonly ofState: (state: AgentState) => T
  readonly describe: (answer: T, terminal: Terminal) => Description
  /** Prints each change as one JSON document on a line. */
  readonly isJson: boolean
}

/**
 * Prints a view of an agent's state, and again after every change, until SIGINT
 * or SIGTERM. An agent that ends is waited for.
 *
 * @throws AgentError `no-agent` if no agent answers at the start
 */
export async function watchAgent<T>(
  address: AgentAddress,
  { ofState, describe, isJson }: WatchedView<T>,
): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
  const show = changesOn(process.stdout, isJson ? 'lines' : 'blocks')
  for await (const state of agentStates(address, { signal: stop.signal })) {
    const error = state instanceof AgentError ? state.message : undefined
    if (isJson) show(shownJson(state instanceof AgentError ? { error } : ofState(state)))
    else if (state instanceof AgentError) show(colouredLines(`warning: ${error}`))
    else {
      const text = describe(ofState(state), terminalOf(process.stdout))
      show(colouredLines(typeof text === 'string' ? text : text.coloured))
    }
  }
}
