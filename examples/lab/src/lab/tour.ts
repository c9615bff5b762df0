import type { RunningServer } from 'haproxy-runtime'
import type { NodeEngine } from '../engine/node-engine.js'
import type { Lab } from './lab.js'
import { until } from '../until.js'
import { ask, isGood, listeningSince, startTraffic, type Answer } from './traffic.js'

/** Result of one step of the tour. */
export interface TourStep {
  /** Number of web applications requested. */
  readonly backends: number
  /** The pool by HAProxy's own `show servers state`. */
  readonly pool: readonly string[]
  /** Nodes that answered requests through HAProxy. */
  readonly answered: readonly string[]
  /** From listening to the first response through HAProxy, for each node that was started; ms. */
  readonly firstResponseMs: Readonly<Record<string, number>>
  /** From the command to the moment when HAProxy had followed; ms. */
  readonly tookMs: number
  /** Requests sent while the change went on, and how many of them failed. */
  readonly requests: number
  readonly failed: number
  /** Failed checks; empty where all passed. */
  readonly faults: readonly string[]
}

/** The numbers of web applications, one after the other; the first is what `up` starts with. */
export const tourScales = [2, 5, 4, 0, 1] as const

const checkRequestsEach = 8

/** Scales a lab to `backends` under traffic, and checks what came of it. */
export async function tourStep(
  engine: NodeEngine,
  lab: Lab,
  change: () => ReturnType<Lab['scale']>,
  backends: number,
): Promise<TourStep> {
  const { traffic: target } = await engine.endpoints()
  const before = (await lab.servers()).length
  const traffic = startTraffic(target)
  const { tookMs, started, backends: nodes } = await change()
  const firstResponseMs = await firstResponses(engine, started, traffic.answers)
  const during = await traffic.stop()
  const pool = await settledPool(lab, nodes)
  const checked = await askRepeatedly(target, nodes.length)

  // Without a web application before or after the change, 503 is the correct answer.
  const mustAnswer = before > 0 && backends > 0
  const failed = mustAnswer ? during.filter(answer => !isGood(answer)).length : 0
  const answered = [
    ...new Set(checked.flatMap(({ node }) => (node === undefined ? [] : [node]))),
  ].toSorted()
  return {
    backends,
    pool: pool.map(describe),
    answered,
    firstResponseMs,
    tookMs,
    requests: during.length,
    failed,
    faults: faults(nodes, pool, checked, answered, failed, backends),
  }
}

/**
 * The pool once it lists these nodes and no others; as it is, where it does not
 * come to that. A node that leaves is listed until Serf reports that it has left
 * and its sessions have ended; the agent closes these after 30 s.
 */
async function settledPool(lab: Lab, nodes: readonly string[]): Promise<readonly RunningServer[]> {
  const what = 'HAProxy to list exactly these nodes'
  const isSettled = async () => listed(await lab.servers()) === nodes.toSorted().join(' ')
  try {
    await until(what, isSettled)
  } catch {
    // The list that remains is reported as a failed check of the step.
  }
  return lab.servers()
}

function listed(pool: readonly RunningServer[]): string {
  return pool
    .map(({ name }) => name)
    .toSorted()
    .join(' ')
}

async function firstResponses(
  engine: NodeEngine,
  started: readonly string[],
  answers: readonly Answer[],
): Promise<Record<string, number>> {
  const found = await Promise.all(
    started.map(async (node): Promise<[string, number]> => {
      const since = await listeningSince(engine.applicationOf(node))
      return [node, (await firstAnswerOf(node, answers)) - since]
    }),
  )
  return Object.fromEntries(found)
}

/** Returns the time of the first answer of a node; waits for it. */
async function firstAnswerOf(node: string, answers: readonly Answer[]): Promise<number> {
  const first = await until(`an answer of ${node} through HAProxy`, async () =>
    answers.find(answer => answer.node === node),
  )
  return first.at
}

async function askRepeatedly(
  target: { host: string; port: number },
  nodes: number,
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let i = 0; i < checkRequestsEach * Math.max(1, nodes); i++) answers.push(await ask(target))
  return answers
}

function faults(
  nodes: readonly string[],
  pool: readonly RunningServer[],
  checked: readonly Answer[],
  answered: readonly string[],
  failed: number,
  backends: number,
): string[] {
  const wanted = nodes.toSorted().join(' ')
  const found = listed(pool)
  const notUp = pool.filter(server => server.health !== 'up' || server.weight === 0)
  const wrongStatus = checked.filter(({ status }) => status !== (backends > 0 ? 200 : 503))
  return [
    nodes.length === backends ? '' : `expected ${backends} nodes, got ${nodes.length}`,
    found === wanted
      ? ''
      : `HAProxy lists: expected ${wanted || 'no server'}, got ${found || 'no server'}`,
    notUp.length === 0 ? '' : `HAProxy does not serve ${notUp.map(describe).join(', ')}`,
    answered.join(' ') === wanted
      ? ''
      : `answers: expected ${wanted || 'no node'}, got ${answered.join(' ') || 'no node'}`,
    wrongStatus.length === 0
      ? ''
      : `${wrongStatus.length} of ${checked.length} requests had the wrong status`,
    failed === 0 ? '' : `${failed} requests failed during the change`,
  ].filter(fault => fault !== '')
}

function describe({ name, health, weight }: RunningServer): string {
  return `${name} ${health === 'up' && weight > 0 ? 'UP' : weight === 0 ? 'DRAIN' : 'DOWN'}`
}
