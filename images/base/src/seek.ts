import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { connect, SerfError, type SerfClient } from 'node-serf-client'
import { missingSeeds } from './missing-seeds.js'

/** What {@link seek} needs. */
export interface SeekOptions {
  /** Names or addresses; a name may have many addresses. */
  readonly seeds: readonly string[]
  readonly rpc: { readonly host: string; readonly port: number }
  /** File with the agent's RPC key. */
  readonly authKey: string
  readonly signal: AbortSignal
  /** Called the first time that this node is in touch with its own agent. */
  readonly onReady?: () => void
  readonly onJoined?: (address: string) => void
  /** Time between two looks, once somebody else is known; ms. */
  readonly everyMs?: number
}

/** How soon it is tried again while this node knows nobody but itself. */
const aloneMs = 100
const callTimeoutMs = 2000

/**
 * Keeps a node's Serf agent in one cluster with whatever is at its seeds,
 * until the signal aborts. The names are resolved again and again, so nodes
 * may start in any order, and two halves of a cluster find each other.
 */
export async function seek(options: SeekOptions): Promise<void> {
  const { rpc, authKey, signal, onReady = () => {} } = options
  let isReady = false
  while (!signal.aborted) {
    try {
      await using client = await connect({ ...rpc, authKey, timeoutMs: callTimeoutMs, signal })
      if (!isReady) onReady()
      isReady = true
      await lookOverAndOver(client, options)
    } catch (error) {
      // The agent starts, or stops, or is busy: the next connection will tell.
      if (!(error instanceof SerfError) && !signal.aborted) throw error
    }
    await pause(aloneMs, signal)
  }
}

async function lookOverAndOver(client: SerfClient, options: SeekOptions): Promise<void> {
  const { seeds, signal, everyMs = 1000 } = options
  while (!signal.aborted) {
    const [resolved, members] = await Promise.all([resolve(seeds), client.members()])
    const missing = missingSeeds(resolved, ownAddresses(), members)
    await Promise.allSettled(missing.map(address => join(address, options)))
    const isAlone = members.filter(({ status }) => status === 'alive').length < 2
    await pause(isAlone ? aloneMs : everyMs, signal)
  }
}

/** A connection each: an agent serves the calls of one connection one after the other. */
async function join(address: string, { rpc, authKey, signal, onJoined }: SeekOptions) {
  await using client = await connect({ ...rpc, authKey, timeoutMs: callTimeoutMs, signal })
  if ((await client.join([address])) > 0) onJoined?.(address)
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return wait(ms, undefined, { signal }).catch(() => {})
}

/** Every address of every name; a name that nobody has yet is no error. */
async function resolve(names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map(name => lookup(name, { all: true, family: 4 }).catch(() => [])),
  )
  return found.flat().map(({ address }) => address)
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap(all =>
    (all ?? []).map(({ address }) => address),
  )
}
