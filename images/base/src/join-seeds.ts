import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { connect, SerfError, type SerfClient } from 'node-serf-client'
import { missingSeeds } from './missing-seeds.js'

/** Options of {@link joinSeeds}. */
export interface JoinSeedsOptions {
  /** Names or addresses; a name may have many addresses. */
  readonly seeds: readonly string[]
  readonly rpc: { readonly host: string; readonly port: number }
  /** The agent's RPC key. */
  readonly authKey: string
  readonly signal: AbortSignal
  /** Called once, after the first connection to this node's agent. */
  readonly onReady?: () => void
  readonly onJoined?: (address: string) => void
  /** Time between two searches while other members are alive; ms. */
  readonly intervalMs?: number
}

/** Time between two searches while this node is the only member alive. */
const aloneIntervalMs = 100
const callTimeoutMs = 2000

/**
 * Keeps a node's Serf agent in one cluster with the agents at its seeds, until
 * the signal aborts. The names are resolved before each search. So nodes may
 * start in any order, and two parts of a cluster find each other.
 */
export async function joinSeeds(options: JoinSeedsOptions): Promise<void> {
  const { rpc, authKey, signal, onReady = () => {} } = options
  let isReady = false
  while (!signal.aborted) {
    try {
      await using client = await connect({ ...rpc, authKey, timeoutMs: callTimeoutMs, signal })
      if (!isReady) onReady()
      isReady = true
      await joinRepeatedly(client, options)
    } catch (error) {
      // The agent is starting, stopping or busy: connect again.
      if (!(error instanceof SerfError) && !signal.aborted) throw error
    }
    await pause(aloneIntervalMs, signal)
  }
}

async function joinRepeatedly(client: SerfClient, options: JoinSeedsOptions): Promise<void> {
  const { seeds, signal, intervalMs = 1000 } = options
  while (!signal.aborted) {
    const [resolved, members] = await Promise.all([resolve(seeds), client.members()])
    const missing = missingSeeds(resolved, addressesOfThisNode(), members)
    await Promise.allSettled(missing.map(address => join(address, options)))
    const isAlone = members.filter(({ status }) => status === 'alive').length < 2
    await pause(isAlone ? aloneIntervalMs : intervalMs, signal)
  }
}

/** Joins on a new connection: an agent answers the calls of one connection in turn. */
async function join(address: string, { rpc, authKey, signal, onJoined }: JoinSeedsOptions) {
  await using client = await connect({ ...rpc, authKey, timeoutMs: callTimeoutMs, signal })
  if ((await client.join([address])) > 0) onJoined?.(address)
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return wait(ms, undefined, { signal }).catch(() => {})
}

/** All addresses of the names; a name that does not resolve yet has none. */
async function resolve(names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map(name => lookup(name, { all: true, family: 4 }).catch(() => [])),
  )
  return found.flat().map(({ address }) => address)
}

function addressesOfThisNode(): string[] {
  return Object.values(networkInterfaces()).flatMap(all =>
    (all ?? []).map(({ address }) => address),
  )
}
