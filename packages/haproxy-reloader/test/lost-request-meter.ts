import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { freePort, loopbackAddress, type Tidy } from 'real-components'
import { WebSocketServer } from 'ws'
import type { DesiredState } from '../src/index.js'
import type { ClientReport, Targets } from './lossless-clients.js'
import { server, workbench } from './real/running-haproxy.js'

/** The load of a measurement. */
export interface LossOptions {
  readonly changes: number
  readonly reloads: number
  /** Minimum number of requests over all clients; a fifth of them while nothing changes. */
  readonly requests: number
}

/** The result of a measurement. */
export interface LossReport extends ClientReport {
  readonly atRuntime: number
  readonly reloads: number
}

/**
 * Measures lost requests of a real HAProxy. Its clients send requests without a
 * pause: on one connection, on a new one each time, over HTTP/2, in a WebSocket,
 * and on a long TCP connection. At first nothing changes, then servers are
 * added, removed and weighted at run time, and then HAProxy is reloaded again
 * and again. The changes are spread over the requests.
 */
export async function measureLoss(
  t: Tidy,
  program: string,
  { changes, reloads, requests }: LossOptions,
): Promise<LossReport> {
  const bench = await workbench(t, program)
  const [ports, echo] = await Promise.all([
    Promise.all(['a', 'b', 'c'].map(() => answering(t))),
    echoing(t),
  ])
  const address = loopbackAddress()
  const [h2, tcp] = [await freePort(address), await freePort(address)]
  const long = longConnections(`${address}:${h2}`, `${address}:${tcp}`, echo)
  const servers = (weight: number, count: number) =>
    ports.slice(0, count).map((port, i) => server(`s${i + 1}`, { port, weight: weight + i }))
  const desire = (weight: number, count: number, more = ''): DesiredState => {
    const { text, ...desired } = bench.desire(servers(weight, count), long + more)
    return { ...desired, text: withoutLoss(text) }
  }
  await bench.start(desire(10, 2))
  const reloader = bench.reloader({ reloadIntervalMs: 0 })
  const http2 = `http://${address}:${h2}`
  const clients = startClients(t, { http1: bench.url, http2, tcp: { host: address, port: tcp } })
  const done = { runtime: 0, reload: 0 }
  const apply = async (desired: DesiredState) => {
    const outcome = await reloader.apply(desired)
    if (outcome.kind !== 'applied') throw new Error(`not applied: ${JSON.stringify(outcome)}`)
    done[outcome.via]++
  }
  const spread = (0.8 * requests) / (changes + reloads || 1)
  await clients.asked(0.1 * requests)
  clients.enter('changes')
  for (let i = 1; i <= changes; i++) {
    await apply(desire(10 + (i % 50), 2 + (i % 2)))
    await clients.asked(spread)
  }
  await reloader.settled()
  clients.enter('reloads')
  for (let i = 1; i <= reloads; i++) {
    await apply(desire(10, 3, `backend more${i}\n  balance roundrobin\n`))
    await clients.asked(spread)
  }
  clients.enter('quiet')
  await clients.asked(0.1 * requests)
  return { ...(await clients.end()), atRuntime: done.runtime, reloads: done.reload }
}

/** Lets an old worker keep idle connections until they close, and long ones until they end. */
function withoutLoss(text: string): string {
  return text
    .replace('hard-stop-after 1s', 'hard-stop-after 1h')
    .replace(
      '  mode http\n',
      '  mode http\n  option idle-close-on-response\n  option redispatch 1\n  retries 3\n  timeout tunnel 1h\n',
    )
}

function longConnections(http2: string, tcp: string, echo: number): string {
  return `frontend web2
  bind ${http2} proto h2
  default_backend nodes
listen echo
  mode tcp
  bind ${tcp}
  server echo 127.0.0.1:${echo}
`
}

/** Starts a web server that also echoes in WebSockets; returns its port. */
async function answering(t: Tidy): Promise<number> {
  const backend = createServer((_, response) => response.end('whole')).listen(0, '127.0.0.1')
  // HAProxy, not the backend, is to end the connections between them.
  backend.keepAliveTimeout = 0
  const sockets = new WebSocketServer({ server: backend })
  sockets.on('connection', socket => socket.on('message', data => socket.send(data)))
  t.teardown(() => {
    for (const socket of sockets.clients) socket.terminate()
    backend.close()
    backend.closeAllConnections()
  })
  await once(backend, 'listening')
  return (backend.address() as AddressInfo).port
}

async function echoing(t: Tidy): Promise<number> {
  const backend = createTcpServer({ noDelay: true }, socket => {
    socket.on('error', () => {}).pipe(socket)
  }).listen(0, '127.0.0.1')
  t.teardown(() => backend.close())
  await once(backend, 'listening')
  return (backend.address() as AddressInfo).port
}

/** Starts the clients in another thread, so that applying does not delay them. */
function startClients(t: Tidy, targets: Omit<Targets, 'progress'>) {
  const progress = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL('lossless-clients.js', import.meta.url), {
    workerData: { ...targets, progress } satisfies Targets,
  })
  t.teardown(() => worker.terminate())
  const report = once(worker, 'message')
  // Where it fails before it is asked, the caller that waits for requests gets the error.
  let failure: unknown
  report.catch((error: unknown) => (failure = error))
  return {
    enter: (phase: string) => worker.postMessage(phase, []),
    async asked(more: number): Promise<void> {
      const enough = Atomics.load(progress, 0) + more
      const giveUpAt = performance.now() + 120_000 + more
      while (Atomics.load(progress, 0) < enough) {
        if (failure !== undefined) throw failure
        if (performance.now() > giveUpAt) throw new Error(`the clients stopped asking`)
        await wait(1)
      }
    },
    async end(): Promise<ClientReport> {
      worker.postMessage('end', [])
      const [found] = (await report) as [ClientReport]
      return found
    },
  }
}
