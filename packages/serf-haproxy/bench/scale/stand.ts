import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRuntimeClient } from 'haproxy-runtime'
import type { Member } from 'node-serf-client'
import { startFakeAgent, type FakeAgent } from 'node-serf-client/fake-agent'
import {
  endProcess,
  freePort,
  haproxyPlace,
  startApplications,
  startHaproxy,
  until,
  type HaproxyPlace,
  type HaproxyRelease,
  type Tidy,
} from 'real-components'
import { startObserver, type Observer } from './observer.js'
import { quiet } from './process-counters.js'

/** `serf-haproxy run` between a scripted Serf agent and a real HAProxy. */
export interface Stand {
  readonly place: HaproxyPlace
  readonly release: HaproxyRelease
  readonly serf: FakeAgent
  /** Members at the start. */
  readonly members: readonly Member[]
  /** Process id of the agent. */
  readonly pid: number
  readonly observer: Observer
  /** Makes new members on addresses that answer health checks. */
  joiners(count: number): readonly Member[]
  /** Words of a server line behind its address, as the agent writes them. */
  readonly serverWords: string
  /** Port of every application. */
  readonly port: number
}

/** Members that can join in addition to those of the start. */
const mostJoiners = 1000
/** The program that is measured. */
export const program = fileURLToPath(new URL('../../../bin/serf-haproxy.js', import.meta.url))

/** Starts the whole system with this number of members, and waits until it is quiet. */
export async function startStand(
  tidy: Tidy,
  release: HaproxyRelease,
  count: number,
): Promise<Stand> {
  const network = randomInt(64, 250)
  const members = Array.from({ length: count }, (_, i) => webMember(`s${i}`, network, i))
  const spare = Array.from({ length: mostJoiners }, (_, i) => webMember(`t${i}`, network + 1, i))
  const addresses = [...members, ...spare].map(({ address }) => address)
  const port = await startApplications(tidy, addresses)
  const serf = await startFakeAgent({ members, encodesAhead: true })
  tidy.teardown(() => serf.close())
  const { place, pid } = await startAgent(tidy, serf, port, count)
  await until('the first configuration', () => existsSync(place.configFile))
  await startHaproxy(tidy, place, undefined, release.program)
  const runtime = createRuntimeClient({ socket: place.runtimeSocket, timeoutMs: 10_000 })
  await until(
    'HAProxy to have all servers',
    async () => (await runtime.servers(['nodes']).catch(() => [])).length === count,
    120_000,
  )
  await quiet(pid)
  const [, serverWords = ''] =
    /^ *server \S+ \S+ (.*)$/m.exec(readFileSync(place.configFile, 'utf8')) ?? []
  let next = 0
  return {
    place,
    release,
    serf,
    members,
    pid,
    port,
    serverWords,
    observer: startObserver(tidy, place.runtimeSocket),
    joiners: wanted => {
      next += wanted
      // Names are never used twice: a member that returns is treated differently.
      return Array.from({ length: wanted }, (_, i) => ({
        ...webMember(
          `join${String(next + i).padStart(6, '0')}`,
          network + 1,
          (next + i) % mostJoiners,
        ),
      }))
    },
  }
}

/** Starts `serf-haproxy run` in a new folder. */
export async function startAgent(
  tidy: Tidy,
  rpc: { readonly host: string; readonly port: number },
  applicationPort: number,
  members: number,
): Promise<{ place: HaproxyPlace; pid: number; listen: number }> {
  const place = haproxyPlace(tidy)
  const file = join(place.folder, 'agent.yaml')
  const listen = await freePort('127.0.0.1')
  writeFileSync(
    file,
    `
serf: { rpc: '${rpc.host}:${rpc.port}' }
haproxy: { configFile: haproxy.cfg, runtimeSocket: runtime.sock, masterSocket: master.sock }
frontends: [{ name: web, bind: '127.0.0.1:${await freePort('127.0.0.1')}', pool: nodes }]
pools: [{ name: nodes, role: web, port: ${applicationPort}, maxServers: 20000, serverOptions: '${checkWords(members)}' }]
listen: '127.0.0.1:${listen}'
`,
  )
  const agent = spawn(process.execPath, [program, 'run', '--config', file], { stdio: 'ignore' })
  tidy.teardown(() => endProcess(agent, 'SIGTERM'))
  return { place, pid: agent.pid ?? Number.NaN, listen }
}

/** Bounds the checks to a thousand a second: more would be a load of their own on two processors. */
function checkWords(members: number): string {
  const ms = Math.max(500, members)
  return `inter ${ms}ms downinter ${ms}ms`
}

/** Returns the i-th web server of a loopback network. */
export function webMember(name: string, network: number, i: number): Member {
  const address = `127.${network}.${i >> 8}.${i & 255}`
  return { name, address, port: 7946, status: 'alive', tags: { role: 'web' } }
}
