import { rejoinMember } from 'serf-events'
import type { AgentRecord } from '../reporting/agent-record.js'
import type { Configuration } from '../configuration/schema.js'
import type { Facts } from '../decision/evaluate-member.js'
import { serfOptions } from './serf-options.js'

type Member = Parameters<typeof rejoinMember>[0] & { readonly name: string }

/** Has Serf look for a member. Resolves with whether it found it. */
export type Rejoin = (member: Member, options: { signal: AbortSignal }) => Promise<boolean>

/** Members that Serf lost, and HAProxy finds healthy: the network reaches them, gossip does not. Pure. */
export function lostButHealthy({ membership, servers }: Facts): Member[] {
  if (!membership.connected || !servers) return []
  return [...membership.members.values()].filter(
    ({ name, status }) => status === 'failed' && servers.get(name)?.health === 'up',
  )
}

/** The configured Serf agent looks. */
export function rejoinWith(configuration: Configuration): Rejoin {
  return (member, { signal }) => rejoinMember(member, { ...serfOptions(configuration), signal })
}

/**
 * Has Serf look for the members that it lost and HAProxy still reaches, one
 * after the other. By itself it does so too, for one of them every 30 s: a
 * cluster that was cut in two would stay so for as long after the cut has
 * healed. Whom HAProxy cannot reach either is left to Serf.
 */
export class LostMembers {
  readonly #record: AgentRecord
  #isSeeking = false
  #isToldOf = false
  #turn = 0
  #soonestAt = 0

  constructor(record: AgentRecord) {
    this.#record = record
  }

  /** What is known now, and at what time (milliseconds of the monotonic clock); resolves when a search that it began has ended. */
  async look(
    { facts, now }: { readonly facts: Facts; readonly now: number },
    { rejoin, rejoinMs, signal }: { rejoin: Rejoin; rejoinMs: number; signal: AbortSignal },
  ): Promise<void> {
    const lost = rejoinMs === 0 ? [] : lostButHealthy(facts)
    this.#tell(lost)
    const member = lost[this.#turn % lost.length]
    if (!member || this.#isSeeking || now < this.#soonestAt) return
    this.#isSeeking = true
    this.#turn++
    this.#soonestAt = now + rejoinMs
    this.#record.count('rejoins')
    try {
      await rejoin(member, { signal })
    } catch {
      // Serf is away, which the membership says; the next look tries again.
    } finally {
      this.#isSeeking = false
    }
  }

  /** Once for as long as somebody is lost. */
  #tell(lost: readonly Member[]): void {
    const wasTold = this.#isToldOf
    this.#isToldOf = lost.length > 0
    if (wasTold || lost.length === 0) return
    const members = lost.map(({ name }) => name)
    const text = `Serf lost ${lost.length} members that HAProxy finds healthy, and is asked to look for them`
    this.#record.emit({ kind: 'rejoin', members, text })
  }
}
