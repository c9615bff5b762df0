import { request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

/** One answer through the load balancer, or the lack of one. */
export interface Answer {
  /** Time at which it was complete, in milliseconds since the epoch. */
  readonly at: number
  readonly tookMs: number
  /** The node that answered; undefined where none did. */
  readonly node: string | undefined
  /** HTTP status; undefined where the connection failed. */
  readonly status: number | undefined
}

interface Target {
  readonly host: string
  readonly port: number
}

const requestTimeoutMs = 10_000

/** Sends one GET on a connection of its own. */
export function ask({ host, port }: Target): Promise<Answer> {
  const startedAt = performance.now()
  return new Promise(resolve => {
    const settle = (status: number | undefined, body: string) => {
      const endedAt = performance.now()
      const at = performance.timeOrigin + endedAt
      resolve({ at, tookMs: endedAt - startedAt, node: nodeIn(body), status })
    }
    const sent = request(
      { host, port, path: '/', agent: false, timeout: requestTimeoutMs },
      response => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (body += chunk))
        response.on('end', () => settle(response.statusCode, body))
        response.on('error', () => settle(undefined, ''))
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('timeout')))
    sent.on('error', () => settle(undefined, ''))
    sent.end()
  })
}

/** A client that asks over and over, one request at a time, a millisecond apart. */
export interface Traffic {
  readonly answers: readonly Answer[]
  stop(): Promise<readonly Answer[]>
}

/** Starts a {@link Traffic}. */
export function startTraffic(target: Target): Traffic {
  const answers: Answer[] = []
  const ended = new AbortController()
  const running = (async () => {
    while (!ended.signal.aborted) {
      answers.push(await ask(target))
      await wait(1, undefined, { signal: ended.signal }).catch(() => {})
    }
  })()
  return {
    answers,
    async stop() {
      ended.abort()
      await running
      return answers
    },
  }
}

/** Returns whether an answer is a success for the client. */
export function isGood({ status }: Answer): boolean {
  return status === 200
}

/** Returns the time at which a node's web application began to listen, from its own `/health`; milliseconds since the epoch. */
export async function listeningSince({ host, port }: Target): Promise<number> {
  const response = await fetch(`http://${host}:${port}/health`)
  const { listeningSince: since } = (await response.json()) as { listeningSince: number }
  return since
}

function nodeIn(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { host?: string }).host
  } catch {
    // HAProxy's own page, such as its 503, is no JSON.
    return undefined
  }
}
