import { connect } from 'node-serf-client'
import { ports, until } from 'serf-haproxy-lab'
import type { SizeResult, Spreading } from './convergence.js'
import { startSerfAgent, type ClusterSettings, type SerfAgent } from './serf-agent.js'

/** Options of {@link measureConvergence}. */
export interface MeasureOptions extends ClusterSettings {
  /** First three numbers of the agents' addresses, as in `127.0.47`. */
  readonly subnet: string
  /** Sizes of the cluster, in increasing order. */
  readonly sizes: readonly number[]
  readonly rounds: number
  during<T>(what: string, action: () => Promise<T>): Promise<T>
}

/** A failure of a member takes some probes and a suspicion; a large cluster suspects for longer. */
const waiting = { timeoutMs: 120_000, everyMs: 5 }

/**
 * Measures a join and a failure in clusters of real agents. The cluster grows
 * from size to size; the member that joins in a round is also the one that is
 * killed in it.
 */
export async function measureConvergence(options: MeasureOptions): Promise<SizeResult[]> {
  const members: SerfAgent[] = []
  const results: SizeResult[] = []
  try {
    for (const nodes of options.sizes) {
      await options.during(`${nodes} agents: starting`, () => grow(members, nodes - 1, options))
      const rounds = await options.during(`${nodes} agents: ${options.rounds} rounds`, () =>
        playRounds(members, options),
      )
      results.push({
        nodes,
        join: spreading(rounds.map(({ joined }) => joined)),
        failure: spreading(rounds.map(({ failed }) => failed)),
      })
    }
  } finally {
    await Promise.all(members.map(member => member.kill()))
  }
  return results
}

/** Starts agents until there are `count`, and waits until each knows all. */
async function grow(members: SerfAgent[], count: number, options: MeasureOptions): Promise<void> {
  while (members.length < count) {
    const number = members.length + 1
    const agent = await startSerfAgent(`n${number}`, `${options.subnet}.${number}`, options)
    members.push(agent)
    const [first] = members
    if (first && first !== agent) await join(agent, first, options)
  }
  await eachKnows(members, 'Join', members, options.signal)
}

/** Times of one round at which each member knew the change, in increasing order; ms. */
interface Round {
  readonly joined: readonly number[]
  readonly failed: readonly number[]
}

async function playRounds(
  members: readonly SerfAgent[],
  options: MeasureOptions,
): Promise<Round[]> {
  const rounds: Round[] = []
  const { signal, subnet } = options
  for (let i = 0; i < options.rounds; i++) {
    // Another member is asked in each round, and each name is new: Serf remembers failed members.
    const known = members[i % members.length]
    if (!known) break
    const name = `size${members.length + 1}-round${i + 1}`
    const newcomer = await startSerfAgent(name, `${subnet}.${101 + i}`, options)
    try {
      const joinedAt = performance.now()
      await join(newcomer, known, options)
      await eachKnows(members, 'Join', [newcomer], signal)
      await eachKnows([newcomer], 'Join', members, signal)
      const killedAt = performance.now()
      await newcomer.kill()
      await eachKnows(members, 'Failed', [newcomer], signal)
      rounds.push({
        joined: timesOf(members, 'Join', name, joinedAt),
        failed: timesOf(members, 'Failed', name, killedAt),
      })
    } finally {
      await newcomer.kill()
    }
  }
  return rounds
}

/** Has an agent join the cluster of another by its own RPC. */
async function join(agent: SerfAgent, known: SerfAgent, options: MeasureOptions): Promise<void> {
  const { keys, signal } = options
  await using client = await connect({
    host: agent.address,
    port: ports.serfRpc,
    authKey: keys.rpc,
    signal,
  })
  await client.join([`${known.address}:${ports.gossip}`])
}

async function eachKnows(
  members: readonly SerfAgent[],
  event: 'Join' | 'Failed',
  others: readonly SerfAgent[],
  signal: AbortSignal,
): Promise<void> {
  const what = `${members.length} agents to log EventMember${event} of ${others.map(({ name }) => name).join(', ')}`
  const isKnown = () =>
    members.every(member => others.every(({ name }) => member.seenAt(event, name) !== undefined))
  await until(what, isKnown, { ...waiting, signal })
}

function timesOf(
  members: readonly SerfAgent[],
  event: 'Join' | 'Failed',
  name: string,
  since: number,
): number[] {
  const times = members.map(member => (member.seenAt(event, name) ?? Number.NaN) - since)
  return times.toSorted((a, b) => a - b).map(Math.round)
}

/** Returns the times of the first, the middle and the last member in each round. */
export function spreading(rounds: readonly (readonly number[])[]): Spreading {
  const at = (share: number) =>
    rounds.map(times => times[Math.max(0, Math.ceil(times.length * share) - 1)] ?? Number.NaN)
  return { first: at(0), half: at(0.5), all: at(1) }
}
