import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { LabError, ports, until } from 'serf-haproxy-lab'

/** Timing profiles of Serf that can be measured. */
export type Profile = 'lan' | 'local'

/** Settings that all agents of one cluster have. */
export interface ClusterSettings {
  /** Folder of the agents' configurations. */
  readonly folder: string
  readonly profile: Profile
  /** Keys in base64: of gossip, and of RPC. */
  readonly keys: { readonly gossip: string; readonly rpc: string }
  readonly signal: AbortSignal
}

/** A `serf agent` that runs. */
export interface SerfAgent {
  readonly name: string
  readonly address: string
  /** Returns the time at which its log had an event of a member; `performance.now()`, ms. */
  seenAt(event: 'Join' | 'Failed', member: string): number | undefined
  /** Ends it at once, as a power failure would. */
  kill(): Promise<void>
}

/** Starts an agent, alone, and waits until its RPC listens. */
export async function startSerfAgent(
  name: string,
  address: string,
  { folder, profile, keys, signal }: ClusterSettings,
): Promise<SerfAgent> {
  const file = join(folder, `${name}.json`)
  const configuration = {
    node_name: name,
    bind: `${address}:${ports.gossip}`,
    rpc_addr: `${address}:${ports.serfRpc}`,
    encrypt_key: keys.gossip,
    rpc_auth: keys.rpc,
    profile,
  }
  await writeFile(file, JSON.stringify(configuration), { mode: 0o600 })
  const child = spawn('serf', ['agent', '-config-file', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const seen = new Map<string, number>()
  const lines: string[] = []
  let problem: string | undefined
  const ended = new Promise<void>(resolve => {
    child.once('close', () => resolve())
    child.once('error', ({ message }) => {
      problem = `${message}; install it with: sudo apt-get install -y serf`
      resolve()
    })
  })
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', line => {
      lines.push(line)
      const [, event, member] = /serf: EventMember(\w+): (\S+)/.exec(line) ?? []
      const key = `${event} ${member}`
      if (event !== undefined && !seen.has(key)) seen.set(key, performance.now())
    })
  }
  child.once('exit', () => (problem ??= lines.find(line => /error/i.test(line)) ?? lines.at(-1)))
  const agent: SerfAgent = {
    name,
    address,
    seenAt: (event, member) => seen.get(`${event} ${member}`),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
  const isReady = () => {
    if (problem !== undefined) throw new LabError(`serf agent ${name} ended: ${problem.trim()}`)
    return agent.seenAt('Join', name) !== undefined
  }
  await until(`serf agent ${name} at ${address} to start`, isReady, { signal }).catch(
    async (error: unknown) => {
      await agent.kill()
      throw error
    },
  )
  return agent
}
