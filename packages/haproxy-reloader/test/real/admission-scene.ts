import { once } from 'node:events'
import { Agent, createServer, request, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Tidy } from 'real-components'
import type { DesiredServer, DesiredState } from '../../src/index.js'
import { server, type Workbench } from './running-haproxy.js'

/** A web server that counts the requests of clients; health checks do not count. */
export interface CountedBackend {
  readonly port: number
  readonly counts: { clients: number; checks: number }
}

/** Starts a web server; `answer` answers requests and checks alike. */
export async function countedBackend(t: Tidy, answer: RequestListener): Promise<CountedBackend> {
  const counts = { clients: 0, checks: 0 }
  const backend = createServer((asked, response) => {
    if (asked.url === '/health') counts.checks++
    else counts.clients++
    answer(asked, response)
  }).listen(0, '127.0.0.1')
  t.teardown(() => backend.close().closeAllConnections())
  await once(backend, 'listening')
  return { port: (backend.address() as AddressInfo).port, counts }
}

export const answers: Readonly<Record<'well' | 'with 503' | 'never', RequestListener>> = {
  well: (_, response) => response.end('well'),
  'with 503': (_, response) => response.writeHead(503).end('not ready'),
  never: () => {},
}

/** Options of a server with the health check of haproxy-config-render's default template. */
export const checkOptions = 'check inter 500ms fastinter 200ms downinter 500ms fall 2 rise 1'

/** Returns a server with a health check. */
export function checked(name: string, { port }: { readonly port: number }): DesiredServer {
  return server(name, { port, options: checkOptions })
}

/**
 * Returns a configuration with the words of the default template for health
 * checks; `states` is the path of the file for the states of servers.
 */
export function desireChecked(
  bench: Workbench,
  servers: readonly DesiredServer[],
  { more = '', states = '', global = 'max-spread-checks 10ms' } = {},
): DesiredState {
  const { text, pools } = bench.desire(servers, more)
  const [words, load] = states
    ? [`server-state-file ${states}`, 'load-server-state-from-file global']
    : ['', '']
  return {
    pools,
    text: text
      .replace('global\n', `global\n  ${global}\n  ${words}\n`)
      .replace(
        'defaults\n',
        `defaults\n  timeout check 500ms\n  option redispatch 1\n  retries 3\n  ${load}\n`,
      )
      .replace('  balance roundrobin\n', '  balance roundrobin\n  option httpchk GET /health\n'),
  }
}

/** Clients that send requests all the time. */
export interface Traffic {
  readonly counts: { asked: number }
  /** The failures so far, in words. */
  readonly failed: readonly string[]
  /** Resolves when this many more requests were answered. */
  more(requests: number): Promise<void>
  end(): Promise<void>
}

/** Starts clients that send a request every 2 ms each; a request fails without a 200 within 5 s. */
export function startTraffic(t: Tidy, url: string, clients = 4): Traffic {
  const agent = new Agent({ keepAlive: true })
  const counts = { asked: 0 }
  const failed: string[] = []
  let isOver = false
  const one = async () => {
    while (!isOver) {
      const failure = await ask(url, agent)
      counts.asked++
      if (failure !== undefined) failed.push(failure)
      await wait(2)
    }
  }
  const running = Promise.all(Array.from({ length: clients }, one))
  const end = async () => {
    isOver = true
    await running
    agent.destroy()
  }
  t.teardown(end)
  return {
    counts,
    failed,
    async more(requests) {
      const goal = counts.asked + requests
      while (counts.asked < goal) await wait(5)
    },
    end,
  }
}

function ask(url: string, agent: Agent): Promise<string | undefined> {
  return new Promise(resolve => {
    const asked = request(url, { agent, timeout: 5000 }, response => {
      response.resume().on('end', () => {
        resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode}`)
      })
      response.on('error', error => resolve(error.message))
    })
    asked
      .on('timeout', () => asked.destroy(new Error('no answer within 5 s')))
      .on('error', error => resolve(error.message))
      .end()
  })
}
