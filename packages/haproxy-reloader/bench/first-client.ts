import { once } from 'node:events'
import { Agent, createServer, get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cpus, loadavg } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { createRuntimeClient } from 'haproxy-runtime'
import {
  freePort,
  haproxyHead,
  haproxyPlace,
  haproxyReleases,
  loopbackAddress,
  startHaproxy,
  type HaproxyPlace,
} from 'real-components'
import { createReloader, reloadViaMaster, type DesiredServer } from '../src/index.js'
import { quantile, quantiles } from './quantiles.js'
import { sendCommands } from './send-commands.js'

// Time from the change until a server that joins gets its first client: on the bare socket, where
// it takes clients before any check, and with the reloader, where it waits for its first check.

const rounds = 20
const options = 'check inter 500ms fastinter 200ms downinter 500ms fall 2 rise 1'

print(`${new Date().toISOString()}, Node ${process.version}`)
print(`${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(2)}`)
for (const { version, program } of haproxyReleases()) {
  print(`\nHAProxy ${version}: change to first client in ms, p50 of ${rounds} (p95)`)
  for (const words of ['max-spread-checks 10ms', '']) {
    const { bare, ours } = await measure(program, words)
    const ratio = (quantile(ours, 0.5) / quantile(bare, 0.5)).toFixed(1)
    print(
      (words || 'without these words').padEnd(24) +
        `without a check ${quantiles(bare, 1)}, after the first check ${quantiles(ours, 1)}, ratio ${ratio}`,
    )
  }
}

/** Measures both ways in turns, with one HAProxy and its clients. */
async function measure(program: string, words: string) {
  const tidyUps: (() => unknown)[] = []
  const t = { teardown: (tidyUp: () => unknown) => tidyUps.push(tidyUp) }
  const times = { bare: [] as number[], ours: [] as number[] }
  try {
    const place = haproxyPlace(t)
    const address = loopbackAddress()
    const bind = `${address}:${await freePort(address)}`
    let joined: ((at: number) => void) | undefined
    const [old, fresh] = await Promise.all([
      backend(t, () => {}),
      backend(t, () => joined?.(performance.now())),
    ])
    const present = serverAt('s1', old)
    const desire = (...servers: DesiredServer[]) => configuration(place, bind, words, servers)
    await startHaproxy(t, place, desire(present).text, program)
    const runtime = createRuntimeClient({ socket: place.runtimeSocket })
    const reload = reloadViaMaster({ socket: place.masterSocket })
    await using reloader = createReloader({ configFile: place.configFile, runtime, reload })
    await reloader.apply(desire(present))
    const clients = startClients(`http://${bind}/`)
    tidyUps.push(clients.end)
    for (let round = 0; round < rounds; round++) {
      const bareName = `bare${round}`
      const bareAt = performance.now()
      const bare = new Promise<number>(resolve => (joined = resolve))
      await sendCommands(place.runtimeSocket, additionOf(serverAt(bareName, fresh)))
      times.bare.push((await bare) - bareAt)
      await runtime.removeServer('nodes', bareName, { cutSessions: true })

      const oursAt = performance.now()
      const ours = new Promise<number>(resolve => (joined = resolve))
      await reloader.apply(desire(present, serverAt(`ours${round}`, fresh)))
      times.ours.push((await ours) - oursAt)
      joined = undefined
      await reloader.apply(desire(present))
      await reloader.settled()
    }
  } finally {
    for (const tidyUp of tidyUps.toReversed()) await tidyUp()
  }
  return times
}

/** Starts a web server; returns its port. `onClient` is called for each request but checks. */
async function backend(
  t: { teardown(tidyUp: () => unknown): void },
  onClient: () => void,
): Promise<number> {
  const server: Server = createServer((asked, response) => {
    if (asked.url === '/') onClient()
    response.end()
  }).listen(0, '127.0.0.1')
  t.teardown(() => server.close().closeAllConnections())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Starts clients that send requests all the time. */
function startClients(url: string) {
  const agent = new Agent({ keepAlive: true })
  let isOver = false
  const one = async () => {
    while (!isOver) {
      await new Promise<void>(resolve =>
        get(url, { agent }, response => response.resume().on('end', resolve)).on('error', () =>
          resolve(),
        ),
      )
      await wait(1)
    }
  }
  const running = Promise.all([one(), one()])
  return {
    async end() {
      isOver = true
      await running
      agent.destroy()
    },
  }
}

function serverAt(name: string, port: number): DesiredServer {
  return { name, address: '127.0.0.1', port, weight: 10, options }
}

function additionOf({ name, address, port, weight }: DesiredServer): string {
  const server = `nodes/${name}`
  return (
    `add server ${server} ${address}:${port} weight ${weight} ${options};` +
    `enable health ${server};set server ${server} state ready`
  )
}

function configuration(
  place: HaproxyPlace,
  bind: string,
  words: string,
  servers: readonly DesiredServer[],
) {
  const lines = servers.map(
    ({ name, address, port, weight }) =>
      `  server ${name} ${address}:${port} weight ${weight} ${options}\n`,
  )
  const head = haproxyHead(place).replace('global\n', `global\n  ${words}\n`)
  return {
    text: `${head}frontend web
  bind ${bind}
  default_backend nodes
backend nodes
  balance roundrobin
  option httpchk GET /health
${lines.join('')}`,
    pools: [{ name: 'nodes', servers }],
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
