import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endProcess, temporaryFolder, type Tidy } from './cleanup.js'
import { freePort, loopbackAddress } from './loopback.js'
import { until } from './until.js'

/** A real `serf agent` that a test started. */
export interface SerfAgent {
  readonly name: string
  /** Address of both the gossip and the RPC listener. */
  readonly address: string
  readonly gossipPort: number
  readonly rpcPort: number
  /** Process, for signals; it is killed when the test ends. */
  readonly process: ChildProcess
  /** Returns the output of the agent so far. */
  output(): string
}

/** Options of {@link startSerfAgent}. */
export interface SerfAgentOptions {
  readonly name: string
  /** The cluster's key, from {@link gossipKey}: agents of other tests cannot join. */
  readonly key: string
  readonly rpcKey?: string
  readonly tags?: Readonly<Record<string, string>>
  /** Agents that it joins the cluster through. */
  readonly seeds?: readonly Pick<SerfAgent, 'address' | 'gossipPort'>[]
  /** Scripts that the agent runs on events, as `serf agent -event-handler` takes them. */
  readonly eventHandlers?: readonly string[]
  /** Listeners; free ones by default. Pass those of an agent to restart it. */
  readonly at?: Pick<SerfAgent, 'address' | 'gossipPort' | 'rpcPort'>
  /** Address of the RPC listener; `address` by default. */
  readonly rpcAddress?: string
  /** Time between two reconnects to a failed member; Serf's default of 30 s is long for a test. */
  readonly reconnectInterval?: string
  /** Command that runs the agent, such as `['ip', 'netns', 'exec', NAME]`; it has to exec the agent. */
  readonly within?: readonly string[]
}

/** Generates a cluster key. */
export function gossipKey(): string {
  return randomBytes(32).toString('base64')
}

/** Starts an agent and waits until it runs. */
export async function startSerfAgent(t: Tidy, options: SerfAgentOptions): Promise<SerfAgent> {
  const { name, key, rpcKey, tags = {}, seeds = [], eventHandlers = [], at, within = [] } = options
  const { reconnectInterval = '1s' } = options
  const address = at?.address ?? loopbackAddress()
  const gossipPort = at?.gossipPort ?? (await freePort(address))
  const rpcPort = at?.rpcPort ?? (await freePort(address))
  const config = join(temporaryFolder(t), 'serf.json')
  writeFileSync(
    config,
    JSON.stringify({
      node_name: name,
      bind: `${address}:${gossipPort}`,
      rpc_addr: `${options.rpcAddress ?? address}:${rpcPort}`,
      encrypt_key: key,
      rpc_auth: rpcKey,
      tags,
      event_handlers: eventHandlers,
      profile: 'local',
      leave_on_terminate: true,
      retry_join: seeds.map(seed => `${seed.address}:${seed.gossipPort}`),
      retry_interval: '1s',
      reconnect_interval: reconnectInterval,
    }),
  )
  const [program, ...words] = [...within, 'serf', 'agent', '-config-file', config]
  const child = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(() => endProcess(child))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  await until(`agent ${name} to run`, () => {
    if (child.exitCode !== null) throw new Error(`serf agent ${name} exited:\n${output}`)
    return output.includes('Serf agent running')
  })
  return { name, address, gossipPort, rpcPort, process: child, output: () => output }
}
