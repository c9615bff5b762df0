import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Tidy } from 'real-components'
import type { DesiredState } from '../src/index.js'
import { server, workbench } from './real/running-haproxy.js'

/** What clients of one kind met. */
export interface ClientCount {
  readonly connections: number
  readonly requests: number
  /** Requests without a whole answer of 200, by what was met instead. */
  readonly lost: Readonly<Record<string, number>>
}

/** What happened while clients never paused. */
export interface LossReport {
  readonly keepAlive: ClientCount
  readonly close: ClientCount
  readonly atRuntime: number
  readonly reloads: number
}

/**
 * Has clients ask a real HAProxy without a pause, each on its own connection or
 * on a new one each time, while servers come, go and change their weight at run
 * time, and then while HAProxy is reloaded again and again.
 */
export async function measureLoss(
  t: Tidy,
  program: string,
  { changes, reloads }: { changes: number; reloads: number },
): Promise<LossReport> {
  const bench = await workbench(t, program)
  const ports = await Promise.all(['a', 'b', 'c'].map(() => answering(t)))
  const servers = (weight: number, count: number) =>
    ports.slice(0, count).map((port, i) => server(`s${i + 1}`, { port, weight: weight + i }))
  const desire = (weight: number, count: number, more = ''): DesiredState => {
    const { text, ...desired } = bench.desire(servers(weight, count), more)
    return { ...desired, text: text.replace('  mode http\n', '  mode http\n' + lossless) }
  }
  await bench.start(desire(10, 2))
  const reloader = bench.reloader({ reloadIntervalMs: 0 })
  const clients = startClients(bench.url)
  const done = { runtime: 0, reload: 0 }
  const apply = async (desired: DesiredState) => {
    const outcome = await reloader.apply(desired)
    if (outcome.kind !== 'applied') throw new Error(`not applied: ${JSON.stringify(outcome)}`)
    done[outcome.via]++
  }
  for (let i = 1; i <= changes; i++) await apply(desire(10 + (i % 50), 2 + (i % 2)))
  await reloader.settled()
  for (let i = 1; i <= reloads; i++)
    await apply(desire(10, 3, `backend more${i}\n  balance roundrobin\n`))
  const [keepAlive, close] = await clients.end()
  return { keepAlive, close, atRuntime: done.runtime, reloads: done.reload }
}

/** What keeps idle connections whole while an old worker goes. */
const lossless = '  option idle-close-on-response\n  option redispatch 1\n  retries 3\n'

async function answering(t: Tidy): Promise<number> {
  const backend = createServer((_, response) => response.end('whole')).listen(0, '127.0.0.1')
  // HAProxy, not the backend, is to end the connections between them.
  backend.keepAliveTimeout = 0
  t.teardown(() => {
    backend.close()
    backend.closeAllConnections()
  })
  await once(backend, 'listening')
  return (backend.address() as AddressInfo).port
}

function startClients(url: string): { end(): Promise<[ClientCount, ClientCount]> } {
  let isOver = false
  const start = async (keepAlive: boolean): Promise<ClientCount> => {
    const count = { connections: 0, requests: 0, lost: {} as Record<string, number> }
    const one = async () => {
      const agent = new Agent({ keepAlive, maxSockets: 1 })
      while (!isOver) {
        const met = await ask(url, agent, () => count.connections++)
        count.requests++
        if (met !== undefined) count.lost[met] = (count.lost[met] ?? 0) + 1
      }
      agent.destroy()
    }
    await Promise.all(Array.from({ length: 8 }, one))
    return count
  }
  const kinds = Promise.all([start(true), start(false)])
  return {
    end() {
      isOver = true
      return kinds
    },
  }
}

/** One request; what was met instead of a whole answer, or undefined. */
function ask(url: string, agent: Agent, onConnection: () => void): Promise<string | undefined> {
  return new Promise(resolve => {
    const asking = request(url, { agent, timeout: 5000 }, response => {
      let body = ''
      response
        .setEncoding('utf8')
        .on('data', (text: string) => (body += text))
        .on('error', error => resolve(error.message))
        .on('end', () => {
          const isWhole = response.statusCode === 200 && body === 'whole'
          resolve(isWhole ? undefined : `status ${response.statusCode}`)
        })
    })
    asking
      .on('socket', socket => socket.connecting && onConnection())
      .on('timeout', () => asking.destroy(new Error('no answer in 5 s')))
      .on('error', error => resolve(error.message))
      .end()
  })
}
