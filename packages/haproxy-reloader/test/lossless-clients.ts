import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect as connectHttp2, constants, type ClientHttp2Session } from 'node:http2'
import { connect } from 'node:net'
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'
import { WebSocket } from 'ws'

/** The addresses for the clients. */
export interface Targets {
  readonly http1: string
  readonly http2: string
  readonly tcp: { readonly host: string; readonly port: number }
  /** Number of requests so far, shared with the measuring thread. */
  readonly progress: Int32Array
}

export const clientKinds = ['keepAlive', 'close', 'http2', 'webSocket', 'tcp'] as const
export type ClientKind = (typeof clientKinds)[number]

/** Counts of the clients of one kind. */
export interface ClientCount {
  readonly connections: number
  readonly requests: number
  /** Requests without a complete response, by what happened instead. */
  readonly lost: Readonly<Record<string, number>>
}

/** Counts of all clients, and durations of requests by the phase in which they started. */
export interface ClientReport {
  readonly kinds: Readonly<Record<ClientKind, ClientCount>>
  readonly p99Ms: Readonly<Record<string, number>>
}

/** Sends one request; resolves with what happened instead of a complete response. */
type Ask = (onConnection: () => void) => Promise<string | undefined>
interface Client {
  readonly ask: Ask
  end(): void
}

const perKind = 6
const patienceMs = 10_000

/** Creates a client with one connection, or with a new one for each request. */
function http1Client(url: string, keepAlive: boolean): Client {
  const agent = new Agent({ keepAlive, maxSockets: 1 })
  const ask: Ask = onConnection =>
    new Promise(resolve => {
      const asking = request(url, { agent, timeout: patienceMs }, response => {
        let body = ''
        response
          .setEncoding('utf8')
          .on('data', (text: string) => (body += text))
          .on('error', error => resolve(error.message))
          .on('end', () => resolve(judged(response.statusCode, body)))
      })
      asking
        .on('socket', socket => socket.connecting && onConnection())
        .on('timeout', () => asking.destroy(new Error('no answer in time')))
        .on('error', error => resolve(error.message))
        .end()
    })
  return { ask, end: () => agent.destroy() }
}

/** Creates a client with one HTTP/2 connection; after a GOAWAY the next request opens another (RFC 9113). */
function http2Client(url: string): Client {
  let session: ClientHttp2Session | undefined
  const open = (onConnection: () => void): ClientHttp2Session => {
    onConnection()
    const opened = connectHttp2(url)
    const forget = () => {
      if (session === opened) session = undefined
    }
    // What an error does to requests, they tell themselves.
    return opened.on('goaway', forget).on('close', forget).on('error', forget)
  }
  const ask: Ask = onConnection => {
    session ??= open(onConnection)
    return askHttp2(session)
  }
  const askAgainWhereRefused: Ask = async onConnection => {
    const met = await ask(onConnection)
    // The stream was not begun: RFC 9113, 8.7, has the client send it again.
    return met === refused ? ask(onConnection) : met
  }
  return { ask: askAgainWhereRefused, end: () => session?.destroy() }
}

const refused = 'refused stream'

function askHttp2(session: ClientHttp2Session): Promise<string | undefined> {
  return new Promise(resolve => {
    let status: number | undefined
    let body = ''
    const stream = session.request({ ':path': '/' })
    stream.setTimeout(patienceMs, () => stream.close())
    stream
      .setEncoding('utf8')
      .on('response', headers => (status = headers[':status']))
      .on('data', (text: string) => (body += text))
      .on('error', error => resolve(isRefused(stream.rstCode) ? refused : error.message))
      .on('close', () => resolve(isRefused(stream.rstCode) ? refused : judged(status, body)))
      .end()
  })
}

function isRefused(code: number | undefined): boolean {
  return code === constants.NGHTTP2_REFUSED_STREAM
}

/** Creates a client with one WebSocket for the whole run; each message has to be echoed. */
function webSocketClient(url: string): Client {
  const socket = new WebSocket(url.replace('http', 'ws'))
  const opened = once(socket, 'open')
  let isCounted = false
  let lastWords: string | undefined
  socket.on('error', error => (lastWords ??= error.message))
  socket.on('close', code => (lastWords ??= `closed with ${code}`))
  const ask: Ask = async onConnection => {
    if (!isCounted) onConnection()
    isCounted = true
    await opened.catch(() => {})
    if (lastWords !== undefined) return lastWords
    return new Promise(resolve => {
      const done = (met: string | undefined) => {
        socket.off('close', onClose).off('message', onMessage)
        resolve(met)
      }
      const onClose = (code: number) => done(`closed with ${code}`)
      const onMessage = (data: unknown) => done(String(data) === 'whole' ? undefined : 'not whole')
      socket.on('close', onClose).on('message', onMessage).send('whole')
    })
  }
  return { ask, end: () => socket.terminate() }
}

/** Creates a client with one TCP connection for the whole run; each message has to be echoed. */
function tcpClient(to: { host: string; port: number }): Client {
  const socket = connect({ ...to, noDelay: true })
  let isCounted = false
  let lastWords: string | undefined
  socket.on('error', error => (lastWords ??= error.message))
  socket.on('close', () => (lastWords ??= 'closed'))
  const ask: Ask = onConnection => {
    if (!isCounted) onConnection()
    isCounted = true
    if (lastWords !== undefined) return Promise.resolve(lastWords)
    return new Promise(resolve => {
      const done = (met: string | undefined) => {
        socket.off('close', onClose).off('data', onData)
        resolve(met)
      }
      const onClose = () => done(lastWords ?? 'closed')
      const onData = (data: Buffer) => done(String(data) === 'whole' ? undefined : 'not whole')
      socket.on('close', onClose).on('data', onData).write('whole')
    })
  }
  return { ask, end: () => socket.destroy() }
}

function judged(status: number | undefined, body: string): string | undefined {
  return status === 200 && body === 'whole' ? undefined : `status ${status}`
}

/** Runs the clients until the measuring thread ends them. */
async function run({ http1, http2, tcp, progress }: Targets): Promise<void> {
  const clientOf: Record<ClientKind, () => Client> = {
    keepAlive: () => http1Client(http1, true),
    close: () => http1Client(http1, false),
    http2: () => http2Client(http2),
    webSocket: () => webSocketClient(http1),
    tcp: () => tcpClient(tcp),
  }
  const histograms = new Map<string, RecordableHistogram>()
  let phase = 'quiet'
  let isOver = false
  parentPort?.on('message', (said: string) => {
    if (said === 'end') isOver = true
    else phase = said
  })
  const start = async (kind: ClientKind): Promise<[ClientKind, ClientCount]> => {
    const count = { connections: 0, requests: 0, lost: {} as Record<string, number> }
    const one = async () => {
      const client = clientOf[kind]()
      while (!isOver) {
        const histogram = histograms.get(phase) ?? createHistogram()
        histograms.set(phase, histogram)
        const startedAt = performance.now()
        const met = await client.ask(() => count.connections++)
        histogram.record(Math.max(1, Math.round((performance.now() - startedAt) * 1000)))
        count.requests++
        Atomics.add(progress, 0, 1)
        if (met !== undefined) count.lost[met] = (count.lost[met] ?? 0) + 1
      }
      client.end()
    }
    await Promise.all(Array.from({ length: perKind }, one))
    return [kind, count]
  }
  const kinds = Object.fromEntries(
    await Promise.all(clientKinds.map(start)),
  ) as ClientReport['kinds']
  const p99Ms = Object.fromEntries(
    [...histograms].map(([name, histogram]) => [name, histogram.percentile(99) / 1000]),
  )
  parentPort?.postMessage({ kinds, p99Ms } satisfies ClientReport, [])
  parentPort?.close()
}

if (parentPort) await run(workerData as Targets)
