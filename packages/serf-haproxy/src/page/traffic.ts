import type { ServerReading } from '../server-observer.js'

/** What a server does, from two readings on. */
export interface ServerTraffic {
  /** HAProxy's word for its state. */
  readonly status: string
  readonly sessions: number
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

/** What is known after one reading more. A total that fell was a new worker's: its rate is not known. */
export function withReading(before: Traffic, { at, servers }: ServerReading): Traffic {
  return new Map(
    servers.map(server => {
      const id = serverId(server.pool, server.name)
      const last = before.get(id)
      const total = server.totalSessions
      const seconds = last ? (at - last.at) / 1000 : 0
      const isNext = last !== undefined && seconds > 0 && total >= last.total
      const perSecond = isNext ? (total - last.total) / seconds : 0
      const rates = [...(last?.rates ?? []), ...(isNext ? [perSecond] : [])].slice(-ratesKept)
      const errors = server.connectionErrors + server.responseErrors + server.serverErrors
      return [
        id,
        { status: server.status, sessions: server.sessions, perSecond, errors, rates, at, total },
      ]
    }),
  )
}
