import { execFile, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startFakeHaproxy, type FakeHaproxy } from 'haproxy-runtime/fake-haproxy'
import type { Member } from 'node-serf-client'
import { startFakeAgent } from 'node-serf-client/fake-agent'
import {
  endProcess,
  freePort,
  haproxyPlace,
  startApplications,
  startHaproxy,
  until,
  type Tidy,
} from 'real-components'
import { bin } from './live-agent.js'

/** An agent with many members, between a scripted Serf agent and a HAProxy. */
export interface Crowd {
  /** The page's address. */
  readonly url: string
  readonly token: string
  /** The address of HAProxy for clients. */
  readonly front: string
  /** The scripted HAProxy; undefined if it is real. */
  readonly haproxy: FakeHaproxy | undefined
  readonly members: readonly Member[]
  /** Has Serf report other members. */
  setMembers(members: readonly Member[]): void
}

/** Size of the cluster, and the kind of HAProxy. */
export interface CrowdOptions {
  readonly count: number
  readonly isReal: boolean
}

const token = 'a-token-only-for-this-test'
const zones = ['zurich', 'bern', 'geneva']

/** Starts the agent with members in three zones; all servers are up. All ends with the test. */
export async function crowd(t: Tidy, { count, isReal }: CrowdOptions): Promise<Crowd> {
  const members = Array.from({ length: count }, (_, i) => webMember(i))
  const addresses = members.map(({ address }) => address)
  const port = isReal ? await startApplications(t, addresses) : 3000
  const serf = await startFakeAgent({ members })
  t.teardown(() => serf.close())
  const place = haproxyPlace(t)
  const listen = await freePort('127.0.0.1')
  const front = `127.0.0.1:${await freePort('127.0.0.1')}`
  const configFile = join(place.folder, 'agent.yaml')
  writeFileSync(join(place.folder, 'token'), `${token}\n`, { mode: 0o600 })
  writeFileSync(
    configFile,
    `
serf: { rpc: '${serf.host}:${serf.port}' }
haproxy: { configFile: haproxy.cfg, runtimeSocket: runtime.sock, masterSocket: master.sock, binary: '${isReal ? 'haproxy' : 'true'}' }
frontends: [{ name: front, bind: '${front}', pool: web }]
pools: [{ name: web, role: web, port: ${port}, maxServers: 20000 }]
listen: '127.0.0.1:${listen}'
tokenFile: token
`,
  )
  const render = ['render', '--config', configFile, '--out', place.configFile]
  await promisify(execFile)(process.execPath, [bin, ...render])
  const haproxy = isReal ? undefined : await startFakeHaproxy(place)
  if (isReal) await startHaproxy(t, place)
  t.teardown(() => haproxy?.close())
  const agent = spawn(process.execPath, [bin, 'run', '--config', configFile], { stdio: 'ignore' })
  t.teardown(() => endProcess(agent, 'SIGTERM'))
  const url = `http://127.0.0.1:${listen}/`
  await until('all servers to be up', async () => {
    const response = await fetch(`${url}metrics`).catch(() => undefined)
    return (await response?.text())?.includes(`{pool="web",health="up"} ${count}\n`)
  })
  return {
    url,
    token,
    front: `http://${front}/`,
    haproxy,
    members,
    setMembers: next => serf.setMembers(next),
  }
}

function webMember(i: number): Member {
  const address = `127.77.${i >> 8}.${i & 255}`
  const zone = zones[i % zones.length] ?? ''
  return { name: `s${i}`, address, port: 7946, status: 'alive', tags: { role: 'web', zone } }
}
