import type { AgentState, ServerState } from '../state/agent-state.js'

/** Traffic of a server, known from the second reading on. */
export interface ServerTraffic {
  /** Sessions a second: in HTTP, requests. */
  readonly perSecond: number
  /** Connection errors, response errors and 5xx responses since the worker started. */
  readonly errors: number
  /** Rates of the latest readings, oldest first. */
  readonly rates: readonly number[]
}

const ratesKept = 60

/** Traffic by server id. */
export type Traffic = ReadonlyMap<
  string,
  ServerTraffic & { readonly at: number; readonly total: number }
>

/** Returns an id that is unique across pools: a pool name has no slash. */
export function serverId(pool: string, name: string): string {
  return `${pool}/${name}`
}

/** Returns the traffic after one more reading. A lower total means a new worker, and its rate is unknown. */
export function withReading(before: Traffic, { haproxy, pools }: AgentState): Traffic {
  const at = haproxy.seenAt ?? 0
  return new Map(
    pools.flatMap(({ name: pool, servers }) =>
      servers.map(server => {
        const id = serverId(pool, server.name)
        return [id, next(before.get(id), server, at)]
      }),
    ),
  )
}

type Known = ReturnType<Traffic['get']>

function next(last: Known, server: ServerState, at: number): NonNullable<Known> {
  const { totalSessions: total = 0 } = server
  const { connectionErrors = 0, responseErrors = 0, serverErrors = 0 } = server
  const errors = connectionErrors + responseErrors + serverErrors
  if (last?.at === at) return { ...last, errors }
  const seconds = last ? (at - last.at) / 1000 : 0
  const isNext = last !== undefined && seconds > 0 && total >= last.total
  const perSecond = isNext ? (total - last.total) / seconds : 0
  const rates = [...(last?.rates ?? []), ...(isNext ? [perSecond] : [])].slice(-ratesKept)
  return { perSecond, errors, rates, at, total }
}
