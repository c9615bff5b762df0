import type { Agent } from '../agent/agent.js'
import type { Outcome } from 'haproxy-reloader'
import type { AgentAction } from '../state/agent-event.js'
import { json, refusal, type HttpAnswer, type Route } from './http-answer.js'

/** An action that ended: the answer, and its result if that is not `done`. */
interface Acted {
  readonly answer: HttpAnswer
  readonly result?: string
}

/** Carries out an action for one request. */
type Act = (target: string | undefined, query: URLSearchParams) => Acted | Promise<Acted>

/** Returns the routes that change something. Each action is reported with its origin and its result. */
export function agentActions(agent: Agent): readonly Route[] {
  const post = (action: AgentAction['action'], parameter: string, act: Act): Route => ({
    method: 'POST',
    path: new RegExp(`^/${action}${parameter}$`),
    answer: ([target], query, _, by) => {
      const reason = query.get('reason')
      const about = { ...(target !== undefined && { target }), ...(reason !== null && { reason }) }
      return audited(agent, { action, ...about, by }, () => act(target, query))
    },
  })
  const mode = () => ({ answer: json(200, { mode: agent.state().mode }) })
  const drains = () => ({ answer: json(200, { drained: agent.state().drained ?? [] }) })
  return [
    {
      method: 'POST',
      path: /^\/ring$/,
      answer: () => {
        agent.refresh()
        return json(202, { done: 'rung' })
      },
    },
    post('freeze', '', async (_, query) => {
      await agent.freeze(query.get('reason') ?? undefined)
      return mode()
    }),
    post('thaw', '', async () => {
      await agent.thaw()
      return mode()
    }),
    post('accept', '', () => {
      if (agent.acceptRemovals()) return mode()
      return refused(409, 'no removals are held')
    }),
    post('drain', '/([^/]+)', async (target = '', query) => {
      if (await agent.drain(target, query.get('reason') ?? undefined)) return drains()
      return refused(404, 'unknown member: expected a name that `members` lists')
    }),
    post('undrain', '/([^/]+)', async (target = '') => {
      if (await agent.undrain(target)) return drains()
      return refused(409, 'no operator drains this member')
    }),
    post('release', '', (_, query) => {
      const step = query.get('step') === 'address' ? 'address' : 'begin'
      const released = agent.release(step)
      return released ? { answer: json(200, released) } : refused(409, noOther)
    }),
    post('rollback', '/(\\d{1,9})', async target => {
      const outcome = await agent.rollback(Number(target))
      return { answer: json(200, outcome), ...resultOf(outcome) }
    }),
  ]
}

const noOther =
  'no other balancer is alive: expected one that takes the traffic; start it, or stop the services of this machine'

function refused(status: number, result: string): Acted {
  return { answer: refusal(status, result), result }
}

/** Carries out an action, and reports it, also if it fails. */
async function audited(
  agent: Agent,
  action: Omit<AgentAction, 'result'>,
  act: () => Acted | Promise<Acted>,
): Promise<HttpAnswer> {
  try {
    const { answer, result = 'done' } = await act()
    agent.reportAction({ ...action, result })
    return answer
  } catch (error) {
    agent.reportAction({ ...action, result: (error as Error).message })
    throw error
  }
}

/** A report of HAProxy is text of a configuration, and is in the entry of the outcome. */
function resultOf({ kind }: Outcome): Pick<Acted, 'result'> {
  if (kind === 'rejected') return { result: 'HAProxy rejected the generation' }
  return kind === 'rolled-back' ? { result: 'the change was rolled back' } : {}
}
