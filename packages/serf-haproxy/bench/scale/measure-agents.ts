import { existsSync } from 'node:fs'
import { createRuntimeClient } from 'haproxy-runtime'
import {
  endProcess,
  gossipKey,
  startHaproxy,
  startSerfAgent,
  until,
  type HaproxyRelease,
  type Tidy,
} from 'real-components'
import { digits, quantile, type Figure } from './figure.js'
import { observeJoins, startObserver } from './observer.js'
import { quiet } from './process-counters.js'
import { startAgent } from './stand.js'

const size = 100
const joins = 25

/**
 * Measures joins into a cluster of real Serf agents on this machine, next to a
 * bare `members-filtered` call that follows the same log line.
 */
export async function measureAgents(tidy: Tidy, release: HaproxyRelease): Promise<Figure[]> {
  const key = gossipKey()
  const lb = await startSerfAgent(tidy, { name: 'lb', key })
  const start = (name: string) =>
    startSerfAgent(tidy, { name, key, seeds: [lb], tags: { role: 'web' } })
  for (let i = 1; i < size; i++) await start(`n${i}`)
  const { place, pid } = await startAgent(tidy, { host: lb.address, port: lb.rpcPort }, 3000, size)
  await until('the first configuration', () => existsSync(place.configFile))
  await startHaproxy(tidy, place, undefined, release.program)
  const runtime = createRuntimeClient({ socket: place.runtimeSocket })
  await until(
    'the cluster in HAProxy',
    async () => (await runtime.servers(['nodes']).catch(() => [])).length === size - 1,
    120_000,
  )
  await quiet(pid)
  const observer = startObserver(tidy, place.runtimeSocket)
  const logged = await observeJoins(tidy, lb.address, lb.rpcPort)
  const ours: number[] = []
  const bare: number[] = []
  for (let i = 0; i < joins; i++) {
    const name = `joiner${i}`
    const seenAt = observer.seenAt([name])
    const joiner = await start(name)
    const at = await seenAt
    const { at: loggedAt, bareMs } = await until('the bare call', () => logged.get(name))
    ours.push(at - loggedAt)
    bare.push(bareMs)
    await endProcess(joiner.process, 'SIGTERM')
  }
  return [0.5, 0.99].map(share => {
    const [value, call] = [quantile(ours, share), quantile(bare, share)]
    return {
      release: release.version,
      members: size,
      title: `real Serf agents, p${share * 100}`,
      value,
      unit: 'ms',
      goal: 2 * call,
      comparison: `bare members-filtered ${digits(call)} ms, ratio ${digits(value / call)}; ${joins} joins`,
    }
  })
}
