import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { startFakeAgent } from 'node-serf-client/fake-agent'
import { freePort } from 'real-components'
import { digits, quantile, type Figure } from './figure.js'
import { endedChildrenMs, processorMs } from './process-counters.js'
import { program, startAgent, webMember } from './stand.js'
import { withEndings } from './endings.js'

const repetitions = 7

/** Measures the processor time of a start, and of `serf-haproxy --version`. */
export async function measureStart(): Promise<Figure[]> {
  const times: number[] = []
  for (let i = 0; i < repetitions; i++) times.push(await oneStart())
  const version = processorOf([program, '--version'])
  const bare = processorOf(['--eval', '0'])
  const facts = { release: undefined, members: 10, unit: 'ms of processor' }
  const comparison = `${repetitions} times; Node alone ${digits(bare)} ms`
  return [
    {
      ...facts,
      title: 'start to first file and HTTP socket',
      value: quantile(times, 0.5),
      goal: 350,
      comparison,
    },
    { ...facts, title: '--version', value: version, goal: 120, comparison },
  ]
}

/** Returns the mean processor time of a run of Node. */
function processorOf(args: readonly string[]): number {
  const before = endedChildrenMs()
  for (let i = 0; i < repetitions; i++) spawnSync(process.execPath, args)
  return (endedChildrenMs() - before) / repetitions
}

function oneStart(): Promise<number> {
  return withEndings(async tidy => {
    const members = Array.from({ length: 10 }, (_, i) => webMember(`s${i}`, 9, i))
    const serf = await startFakeAgent({ members, encodesAhead: true })
    tidy.teardown(() => serf.close())
    const rpc = { host: serf.host, port: serf.port }
    const agent = await startAgent(tidy, rpc, await freePort('127.0.0.1'), 10)
    while (!existsSync(agent.place.configFile) || !(await isListening(agent.listen))) await wait(2)
    return processorMs(agent.pid)
  })
}

function isListening(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
