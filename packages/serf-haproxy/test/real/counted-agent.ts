import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
} from 'real-components'
import type { Test } from 'tap'
import { bin } from '../run-command.js'
import { startSocketGate } from './socket-gate.js'

/** Work of the agent for one change, until it sends the commands to HAProxy. */
export interface CountedWork {
  /** Bytes that its process read and wrote: sockets and files. */
  readonly bytes: number
  /** Bytes that it allocated. */
  readonly allocated: number
  /** Calls to Serf. */
  readonly calls: number
}

/** `serf-haproxy run` whose work is counted. */
export interface CountedAgent {
  join(name: string): Promise<CountedWork>
  leave(name: string): Promise<CountedWork>
}

const counter = new URL('allocation-counter.js', import.meta.url).href

/** Starts an agent between a fake Serf agent and a real HAProxy, with this number of members. */
export async function startCountedAgent(
  t: Test,
  program: string,
  size: number,
): Promise<CountedAgent> {
  const members = Array.from({ length: size }, (_, i) => member(`s${i}`, i))
  const serf = await startFakeAgent({ members, encodesAhead: true })
  t.teardown(() => serf.close())
  const place = haproxyPlace(t)
  const file = join(place.folder, 'agent.yaml')
  // A join into a pool without a healthy server would read all servers.
  const addresses = [...members, member('joiner', size)].map(({ address }) => address)
  const applicationPort = await startApplications(t, addresses, program)
  writeFileSync(file, await configuration(serf, applicationPort))
  const agent = fork(bin, ['run', '--config', file], {
    execArgv: ['--import', counter],
    // Without the modules that the test runner preloads.
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  t.teardown(() => endProcess(agent, 'SIGTERM'))
  await until('the first file', () => existsSync(place.configFile))
  await startHaproxy(t, place, undefined, program)
  const { servers } = createRuntimeClient({ socket: place.runtimeSocket, timeoutMs: 10_000 })
  await until(`${size} servers`, async () => (await servers(['nodes'])).length === size)
  const gate = await startSocketGate(t, place.runtimeSocket)

  const change = async (name: string, list: readonly Member[], line: string) => {
    await answer(agent, 'start')
    const before = { bytes: bytesOf(agent), calls: serf.requests.length }
    const work = { bytes: 0, allocated: 0, calls: 0 }
    const held = gate.holdAt(`nodes/${name} `, async () => {
      work.bytes = bytesOf(agent) - before.bytes
      work.calls = serf.requests.length - before.calls
      work.allocated = await answer(agent, 'stop')
    })
    // Only now: a read at an interval would find the change before it is awaited.
    serf.setMembers(list)
    serf.log(line)
    await held
    return work
  }
  // Later work of a change must not be counted with the next one.
  const written = (name: string, isThere: boolean) =>
    until(
      `the file ${isThere ? 'with' : 'without'} ${name}`,
      () => readFileSync(place.configFile, 'utf8').includes(`server ${name} `) === isThere,
    )
  return {
    async join(name) {
      const joiner = member(name, size)
      const line = `${time} [INFO] serf: EventMemberJoin: ${name} ${joiner.address}`
      const work = await change(name, [...members, joiner], line)
      await written(name, true)
      return work
    },
    async leave(name) {
      const leaver: Member = { ...member(name, size), status: 'left' }
      const line = `${time} [INFO] serf: EventMemberLeave: ${name} ${leaver.address}`
      const work = await change(name, [...members, leaver], line)
      await written(name, false)
      return work
    },
  }
}

const time = '2026/11/28 12:00:00'

const port = () => freePort('127.0.0.1')

async function configuration(serf: FakeAgent, applicationPort: number): Promise<string> {
  return `
serf: { rpc: '${serf.host}:${serf.port}' }
haproxy: { configFile: haproxy.cfg, runtimeSocket: runtime.sock, masterSocket: master.sock }
frontends: [{ name: web, bind: '127.0.0.1:${await port()}', pool: nodes }]
pools: [{ name: nodes, role: web, port: ${applicationPort} }]
listen: '127.0.0.1:${await port()}'
`
}

function member(name: string, i: number): Member {
  const address = `127.1.${i >> 8}.${i & 255}`
  return { name, address, port: 7946, status: 'alive', tags: { role: 'web' } }
}

/** Sends a message to the counter in the agent's process, and returns its answer. */
async function answer(agent: ChildProcess, message: 'start' | 'stop'): Promise<number> {
  const answered = once(agent, 'message') as Promise<[number]>
  agent.send(message)
  return (await answered)[0]
}

/** Returns the bytes that a process has read and written so far. */
function bytesOf({ pid }: ChildProcess): number {
  const text = readFileSync(`/proc/${pid}/io`, 'utf8')
  const [, read, written] = /rchar: (\d+)\nwchar: (\d+)/.exec(text) ?? []
  return Number(read) + Number(written)
}
