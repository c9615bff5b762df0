import type { AgentState, ServerState } from '../state/agent-state.js'

/** What a server does, from two readings on. */
export interface ServerTraffic {
  /** Sessions a second: in HTTP, requests. */
  readonly perSecond: number
  /** Connection and response errors, and answers from 500 on, since the worker started. */
  readonly errors: number
  /** Rates of the last readings, oldest first. */
  readonly rates: readonly number[]
}

const ratesKept = 60

/** What is known of each server's traffic; pass each reading on to get the next. */
export type Traffic = ReadonlyMap<
  string,
  ServerTraffic & { readonly at: number; readonly total: number }
>

/** How a server is called across pools; a pool's name has no slash. */
export function serverId(pool: string, name: string): string {
  return `${pool}/${name}`
}

/** What is known after one state more. A total that fell was a new worker's: its rate is not known. */
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
