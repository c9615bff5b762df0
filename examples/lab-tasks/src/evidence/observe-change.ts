import { setTimeout as wait } from 'node:timers/promises'
import { connect, SerfError } from 'node-serf-client'
import {
  type Answer,
  type Endpoints,
  type NodeEngine,
  isGood,
  isServing,
  type Lab,
  startTraffic,
  until,
} from 'serf-haproxy-lab'

/**
 * Times at which each program saw a change of one node; milliseconds after the
 * command. Each is read from outside, some milliseconds late. A consequence that
 * is seen earlier than its cause therefore dates the cause.
 */
interface NodeTimeline {
  readonly node: string
  readonly change: 'in' | 'out'
  /** The first line of Serf's log on `ha` that tells of it. */
  readonly eventMs: number | undefined
  /** HAProxy sends it new clients, or no longer does. */
  readonly appliedMs: number | undefined
  /** In: its first response through HAProxy. Out: the sending of the last request that it answered. */
  readonly servedMs: number | undefined
}

/** A change, and what was seen of it from outside. */
export interface Timeline {
  /** ISO 8601. */
  readonly commandAt: string
  readonly nodes: readonly NodeTimeline[]
  readonly requests: number
  readonly failed: number
}

/** The change to watch. */
export interface Watched {
  readonly started?: readonly string[]
  readonly stopped?: readonly string[]
  /** True where HAProxy follows at this stage, so that it is waited for. */
  readonly isFollowed: boolean
  /** Time for which the traffic continues afterwards. */
  readonly restMs?: number
}

/** Makes a change under traffic, and notes when it was seen where. */
export async function observeChange(
  engine: NodeEngine,
  lab: Lab,
  { started = [], stopped = [], isFollowed, restMs = 0 }: Watched,
  act: () => Promise<unknown>,
): Promise<Timeline> {
  const endpoints = await engine.endpoints()
  const traffic = startTraffic(endpoints.traffic)
  await using events = await watchEvents(endpoints)
  const applied = watchServing(lab)
  const commandAt = now()
  try {
    await act()
    const answered = (node: string) => traffic.answers.some(answer => isOf(answer, node, commandAt))
    const isSeen = async () =>
      started.every(node => applied.isIn(node) && answered(node)) &&
      stopped.every(node => !applied.isIn(node))
    const what = 'HAProxy to follow'
    if (isFollowed) await until(what, isSeen).catch(() => {})
    await wait(restMs)
  } finally {
    await applied.stop()
    await traffic.stop()
  }
  const since = (at: number | undefined) =>
    at === undefined || at < commandAt ? undefined : Math.round(at - commandAt)
  const { answers } = traffic
  return {
    commandAt: new Date(commandAt).toISOString(),
    nodes: [
      ...started.map(node => {
        const servedMs = since(answers.find(answer => isOf(answer, node, commandAt))?.at)
        const appliedMs = notAfter(since(applied.since(node, true)), servedMs)
        const event = since(events.firstAfter(commandAt, node, 'EventMember(?:Join|Update)'))
        return {
          node,
          change: 'in' as const,
          eventMs: notAfter(event, appliedMs),
          appliedMs,
          servedMs,
        }
      }),
      ...stopped.map(node => ({
        node,
        change: 'out' as const,
        eventMs: since(events.firstAfter(commandAt, node, leaving)),
        appliedMs: since(applied.since(node, false)),
        servedMs: since(sentAt(answers.findLast(answer => answer.node === node))),
      })),
    ],
    requests: answers.length,
    failed: answers.filter(answer => !isGood(answer)).length,
  }
}

/** Lines about a member that goes; the first one about an orderly leave is the intent. */
const leaving = 'messageLeaveType|EventMember(?:Leave|Failed)'
const quietMs = 100
const now = () => performance.timeOrigin + performance.now()

/** Returns the time of a cause, which its consequence bounds. */
export function notAfter(
  cause: number | undefined,
  consequence: number | undefined,
): number | undefined {
  return cause === undefined || consequence === undefined ? cause : Math.min(cause, consequence)
}

function sentAt(answer: Answer | undefined): number | undefined {
  return answer && answer.at - answer.tookMs
}

function isOf(answer: Answer, node: string, after: number): boolean {
  return answer.node === node && answer.at >= after
}

/** The log of `ha`'s Serf agent, line by line as it is written; silent where there is no agent. */
async function watchEvents({ serf }: Endpoints) {
  const lines: { at: number; text: string }[] = []
  const client = await connect({ ...serf, timeoutMs: 1000 }).catch((error: unknown) => {
    if (error instanceof SerfError) return undefined
    throw error
  })
  const stream = await client?.monitor('DEBUG')
  const reading = (async () => {
    if (!stream) return
    for await (const text of stream) lines.push({ at: now(), text })
  })().catch(() => {
    // The agent has ended: there is nothing more to hear.
  })
  if (stream) await quiet(lines)
  return {
    firstAfter(after: number, node: string, event: string) {
      const line = new RegExp(`(?:${event}): ${node}(?: |$)`)
      return lines.find(({ at, text }) => at >= after && line.test(text))?.at
    },
    async [Symbol.asyncDispose]() {
      await stream?.return?.()
      client?.close()
      await reading
    },
  }
}

/** Serf begins with what it has logged lately; what comes after that is news. */
async function quiet(lines: readonly unknown[]): Promise<void> {
  for (let heard = -1; heard < lines.length; await wait(quietMs)) heard = lines.length
}

/** Asks HAProxy over and over which servers it sends new clients to. */
function watchServing(lab: Lab) {
  const since = new Map<string, { isIn: boolean; at: number }>()
  const ended = new AbortController()
  const asking = until(
    'nothing',
    async () => {
      const serving = (await lab.servers()).filter(isServing).map(({ name }) => name)
      for (const node of new Set([...serving, ...since.keys()])) {
        const isIn = serving.includes(node)
        if (since.get(node)?.isIn !== isIn) since.set(node, { isIn, at: now() })
      }
      return false
    },
    { timeoutMs: 600_000, signal: ended.signal },
  ).catch(() => {})
  return {
    isIn: (node: string) => since.get(node)?.isIn === true,
    since: (node: string, isIn: boolean) => {
      const found = since.get(node)
      return found?.isIn === isIn ? found.at : undefined
    },
    async stop() {
      ended.abort()
      await asking
    },
  }
}
