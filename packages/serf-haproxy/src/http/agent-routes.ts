import type { Agent } from '../agent/agent.js'
import { exposition } from '../metrics/exposition.js'
import { agentMetrics, processUse } from '../metrics/agent-metrics.js'
import { healthOf, readinessOf } from '../reporting/health.js'
import { json, refusal, type HttpAnswer } from './http-answer.js'
import { pageFile, stateModule } from './page-files.js'

/** The answer to one method on one path. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** Matches the whole path; its groups are the parameters, which are percent-decoded. */
  readonly path: RegExp
  answer(parameters: readonly string[], query: URLSearchParams): HttpAnswer | Promise<HttpAnswer>
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
  ]
}

function queries(agent: Agent): readonly Route[] {
  const get = (path: string, answer: Route['answer']): Route => ({
    method: 'GET',
    path: new RegExp(`^${path}$`),
    answer,
  })
  return [
    get('/state', () => json(200, agent.state())),
    get('/members', () => json(200, agent.state().members)),
    get('/explain/([^/]+)', ([name = '']) => {
      return json(200, agent.explain(name))
    }),
    get('/history', async () => json(200, await agent.generations())),
    get(`/diff/${digits}/${digits}`, async ([a, b]) =>
      json(200, { difference: await agent.diff(Number(a), Number(b)) }),
    ),
    get('/metrics', () => ({
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
      body: exposition(agentMetrics(agent.state(), processUse())),
    })),
    get('/health', () => {
      return json(200, healthOf(agent.state()))
    }),
    get('/ready', () => {
      const readiness = readinessOf(agent.state())
      return json(readiness.ready ? 200 : 503, readiness)
    }),
  ]
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
    post(`/rollback/${digits}`, async ([n]) => json(200, await agent.rollback(Number(n)))),
  ]
}

/** Returns the answer for an unknown path. */
export function notFound(): HttpAnswer {
  return refusal(404, 'not found; docs/operations.md lists all paths')
}
