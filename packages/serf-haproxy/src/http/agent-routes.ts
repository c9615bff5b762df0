import type { Generation } from 'haproxy-reloader'
import type { Agent } from '../agent/agent.js'
import { exposition } from '../metrics/exposition.js'
import { agentMetrics } from '../metrics/agent-metrics.js'
import { processUse } from '../metrics/process-metrics.js'
import { healthOf, readinessOf } from '../reporting/health.js'
import { shownData } from '../redaction/shown.js'
import { withoutSecretPlaces } from '../redaction/secret-places.js'
import type { AgentState } from '../state/agent-state.js'
import { agentActions } from './agent-actions.js'
import { json, refusal, type HttpAnswer, type Route } from './http-answer.js'
import { openExplanation, openGeneration, stateFor, type View } from '../views/open-view.js'
import { pageFile, rootModule, stateModule } from './page-files.js'
import { StateReaders } from './state-readers.js'

const digits = String.raw`(\d{1,9})`

/** Returns all routes of an agent, except its event stream. */
export function agentRoutes(agent: Agent): readonly Route[] {
  return [...pageRoutes(), ...queries(agent), ...agentActions(agent)]
}

function pageRoutes(): readonly Route[] {
  return [
    { method: 'GET', path: /^\/$/, answer: () => pageFile('page.html') ?? notFound() },
    {
      method: 'GET',
      path: /^\/page\/([^?]+)$/,
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

function get(path: string, answer: Route['answer']): Route {
  return { method: 'GET', path: new RegExp(`^${path}$`), answer }
}

function queries(agent: Agent): readonly Route[] {
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
    get(`/generation/${digits}`, async ([n], _, view) => oneGeneration(agent, Number(n), view)),
    get('/history/traffic', (_, query) => {
      const pool = query.get('pool')
      const { pools, ...traffic } = agent.traffic()
      const wanted = pools.filter(({ name }) => pool === null || name === pool)
      return json(200, { ...traffic, pools: wanted })
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

/** Answers with one generation and the number of the one before; its difference is text of a configuration. */
async function oneGeneration(agent: Agent, number: number, view: View): Promise<HttpAnswer> {
  const kept = await agent.generations()
  const index = kept.findIndex(generation => generation.number === number)
  const found = kept[index]
  if (!found) {
    const numbers = kept.map(generation => generation.number).join(', ') || 'none'
    return refusal(
      404,
      `generation ${number} is not kept: expected one of ${numbers}, got ${number}`,
    )
  }
  const before = kept[index - 1]?.number
  const { diff, ...shown } = withoutSecretPlacesOf(found)
  return json(200, {
    generation: view === 'full' ? shown : openGeneration(found),
    ...(before !== undefined && { before }),
    ...(view === 'full' && { diff }),
  })
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

/** Returns the answer for an unknown path. */
export function notFound(): HttpAnswer {
  return refusal(404, 'not found; docs/operations.md lists all paths')
}
