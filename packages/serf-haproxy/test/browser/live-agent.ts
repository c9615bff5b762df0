import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  endProcess,
  freePort,
  gossipKey,
  haproxyPlace,
  loopbackAddress,
  startApplication,
  startHaproxy,
  startSerfAgent,
  until,
  type HaproxyPlace,
  type SerfAgent,
  type Tidy,
} from 'real-components'
import { fetchStatus } from '../../src/http/agent-client.js'
import type { AgentState } from '../../src/state/agent-state.js'

export const bin = fileURLToPath(new URL('../../../bin/serf-haproxy.js', import.meta.url))

/** A cluster, a HAProxy and `serf-haproxy run` between them, all real. */
export interface LiveAgent {
  readonly place: HaproxyPlace
  /** The page's address. */
  readonly url: string
  /** The address of HAProxy for clients. */
  readonly front: string
  readonly configFile: string
  readonly token: string
  /** Starts a member with an application that answers every request. */
  member(name: string, tags?: Readonly<Record<string, string>>): Promise<SerfAgent>
  state(): Promise<AgentState>
  /** Returns the log of `serf-haproxy run` so far. */
  log(): string
  /** Kills `serf-haproxy run`. */
  kill(): Promise<void>
  /** Starts it, and waits until it answers. */
  start(): Promise<void>
}

/** Starts the cluster, HAProxy and the agent; all end with the test. */
export async function liveAgent(t: Tidy, settings = '', program = 'haproxy'): Promise<LiveAgent> {
  const place = haproxyPlace(t)
  const key = gossipKey()
  const address = loopbackAddress()
  const port = await freePort(address)
  const token = 'a-token-only-for-this-test'
  const lb = await startSerfAgent(t, { name: 'lb', key, tags: { role: 'balancer' } })
  const applicationPort = await freePort(address)
  const front = `${address}:${await freePort(address)}`
  const configFile = join(place.folder, 'serf-haproxy.yaml')
  writeFileSync(join(place.folder, 'token'), `${token}\n`, { mode: 0o600 })
  writeFileSync(
    configFile,
    `
serf: { rpc: '${lb.address}:${lb.rpcPort}' }
haproxy: { configFile: haproxy.cfg, runtimeSocket: runtime.sock, masterSocket: master.sock, binary: '${program}' }
frontends: [{ name: web, bind: '${front}', pool: nodes }]
pools: [{ name: nodes, tags: { role: backend }, port: ${applicationPort}, healthCheck: /health }]
listen: '${address}:${port}'
tokenFile: token
${settings}`,
  )
  const first = ['render', '--no-members', '--config', configFile, '--out', place.configFile]
  execFileSync(process.execPath, [bin, ...first])
  await startHaproxy(t, place, undefined, program)

  let child: ChildProcess | undefined
  let log = ''
  const state = () => fetchStatus({ address, port })
  const start = async () => {
    child = spawn(process.execPath, [bin, 'run', '--config', configFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (log += text))
    await until('the agent to have HAProxy', async () => {
      const found = await state().catch(() => undefined)
      return found?.outcome
    })
  }
  t.teardown(() => child && endProcess(child, 'SIGTERM'))
  await start()
  return {
    place,
    url: `http://${address}:${port}/`,
    front: `http://${front}/`,
    configFile,
    token,
    member: (name, tags = {}) => startMember(t, { name, tags, key, lb, applicationPort }),
    state,
    log: () => log,
    kill: async () => child && endProcess(child),
    start,
  }
}

async function startMember(
  t: Tidy,
  member: {
    readonly name: string
    readonly tags: Readonly<Record<string, string>>
    readonly key: string
    readonly lb: SerfAgent
    readonly applicationPort: number
  },
): Promise<SerfAgent> {
  const { name, tags, key, lb, applicationPort } = member
  const host = loopbackAddress()
  await startApplication(t, { host, port: applicationPort, text: `${name}\n` })
  const at = { address: host, gossipPort: await freePort(host), rpcPort: await freePort(host) }
  return startSerfAgent(t, { name, key, tags: { role: 'backend', ...tags }, seeds: [lb], at })
}

/** Sends requests through HAProxy, one after the other, until the result is called. */
export function sendTraffic(front: string, workers = 2): () => Promise<void> {
  let isWanted = true
  const work = async () => {
    while (isWanted) {
      await fetch(front).then(
        response => response.text(),
        () => undefined,
      )
      // Leaves processor time to the programs under test.
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }
  const working = Promise.all(Array.from({ length: workers }, work))
  return async () => {
    isWanted = false
    await working
  }
}
