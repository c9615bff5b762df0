import type { Generation } from 'haproxy-reloader'
import type { Agent } from '../agent/agent.js'
import { exposition } from '../metrics/exposition.js'
import { agentMetrics } from '../metrics/agent-metrics.js'
import { processUse } from '../metrics/process-metrics.js'
import { healthOf, readinessOf } from '../reporting/health.js'
import { shownData } from '../redaction/shown.js'
import { withoutSecretPlaces } from '../redaction/secret-places.js'
import type { AgentState } from '../state/agent-state.js'
import { json, refusal, type HttpAnswer } from './http-answer.js'
import { openExplanation, openGeneration, stateFor, type View } from './open-view.js'
import { pageFile, rootModule, stateModule } from './page-files.js'
import { StateReaders } from './state-readers.js'

/** The answer to one method on one path. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** Matches the whole path; its groups are the parameters, which are percent-decoded. */
  readonly path: RegExp
  /** True if the answer is text of a configuration, which needs the control socket or the token. */
  readonly isText?: true
  answer(
    parameters: readonly string[],
    query: URLSearchParams,
    view: View,
  ): HttpAnswer | Promise<HttpAnswer>
}

const digits = String.raw`(\d{1,9})`

/** Returns all routes of an agent, except its event stream. */
export function agentRoutes(agent: Agent): readonly Route[] {
  return [...pageRoutes(), ...queries(agent), ...commands(agent)]
}

function pageRoutes(): readonly Route[] {
  return [
    { method: 'GET', path: /^\/$/, answer: () => pageFile('page.html') ?? notFound() },
    {
      method: 'GET',
      path: /^\/page\/([^/]+)$/,
      answer: ([name = '']) => pageFile(name) ?? notFound(),
    },
    {
      method: 'GET',
      path: /^\/state\/([^/]+)$/,
      answer: ([name = '']) => stateModule(name) ?? notFound(),
    },
    {
      method: 'GET',
      path: /^\/printable-name\.js$/,
      answer: () => rootModule('printable-name.js') ?? notFound(),
    },
  ]
}

function queries(agent: Agent): readonly Route[] {
  const get = (path: string, answer: Route['answer']): Route => ({
    method: 'GET',
    path: new RegExp(`^${path}$`),
    answer,
  })
  const readers = new StateReaders(agent)
  return [
    get('/state', (_, __, view) => {
      // Over TCP without the token, reading changes no timer.
      if (view === 'full') readers.read()
      return json(200, stateFor(agent.state(), view))
    }),
    get('/members', (_, __, view) => json(200, stateFor(agent.state(), view).members)),
    get('/explain/([^/]+)', ([name = ''], _, view) => {
      const explanation = agent.explain(name)
      return json(200, view === 'full' ? explanation : openExplanation(explanation))
    }),
    get('/history', async (_, __, view) => {
      const generations = await agent.generations()
      return json(200, generations.map(view === 'full' ? withoutSecretPlacesOf : openGeneration))
    }),
    {
      ...get(`/diff/${digits}/${digits}`, async ([a, b]) => {
        const difference = await agent.diff(Number(a), Number(b))
        return json(200, { difference: withoutSecretPlaces(difference) })
      }),
      isText: true,
    },
    {
      ...get('/plan', async () => {
        const change = await agent.plan()
        const { mode, frozen, held, heldChange } = agent.state()
        return json(200, { mode, frozen, held, heldChange, change })
      }),
      isText: true,
    },
    get('/metrics', () => ({
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
      body: exposition(agentMetrics(agent.state(), processUse())),
    })),
    get('/health', (_, __, view) => {
      // Reasons are cut at a length; a secret has to be found before.
      return json(200, healthOf(shownData(stateFor(conditionsOf(agent), view))))
    }),
    get('/ready', (_, __, view) => {
      const readiness = readinessOf(shownData(stateFor(conditionsOf(agent), view)))
      return json(readiness.ready ? 200 : 503, readiness)
    }),
  ]
}

/** Returns the state without members and pools: a probe asks for it often, and needs none of them. */
function conditionsOf(agent: Agent): AgentState {
  return { ...agent.state(), members: [], pools: [] }
}

function withoutSecretPlacesOf(generation: Generation): Generation {
  const { plan, diff } = generation
  const operations = plan.operations.map(operation => {
    if (!('server' in operation)) return operation
    const { server } = operation
    return { ...operation, server: { ...server, options: withoutSecretPlaces(server.options) } }
  })
  return { ...generation, plan: { ...plan, operations }, diff: withoutSecretPlaces(diff) }
}

function commands(agent: Agent): readonly Route[] {
  const post = (path: string, answer: Route['answer']): Route => ({
    method: 'POST',
    path: new RegExp(`^${path}$`),
    answer,
  })
  return [
    post('/ring', () => {
      agent.refresh()
      return json(202, { done: 'rung' })
    }),
    post('/freeze', async (_, query) => {
      await agent.freeze(query.get('reason') ?? undefined)
      return json(200, { mode: agent.state().mode })
    }),
    post('/thaw', async () => {
      await agent.thaw()
      return json(200, { mode: agent.state().mode })
    }),
    post('/accept', () => {
      const isDone = agent.acceptRemovals()
      return isDone ? json(200, { mode: agent.state().mode }) : refusal(409, 'no removals are held')
    }),
    post('/release', (_, query) => {
      const step = query.get('step') === 'address' ? 'address' : 'begin'
      const released = agent.release(step)
      return released ? json(200, released) : refusal(409, noOther)
    }),
    post(`/rollback/${digits}`, async ([n]) => json(200, await agent.rollback(Number(n)))),
  ]
}

const noOther =
  'no other balancer is alive: expected one that takes the traffic; start it, or stop the services of this machine'

/** Returns the answer for an unknown path. */
export function notFound(): HttpAnswer {
  return refusal(404, 'not found; docs/operations.md lists all paths')
}
