import { rejoinMember } from 'serf-events'
import { changedKeys } from 'versioned-map'
import type { Configuration } from '../configuration/schema.js'
import type { Facts } from '../decision/evaluate-member.js'
import type { AgentJournal } from '../reporting/agent-journal.js'
import { plural, verb } from 'command-line-program'
import { serfOptions } from './serf-options.js'

type Member = Parameters<typeof rejoinMember>[0] & { readonly name: string }

/** Has Serf rejoin a failed member. Resolves with true if it succeeded. */
export type Rejoin = (member: Member, options: { signal: AbortSignal }) => Promise<boolean>

type Members = Facts['membership']['members']

/** The members that Serf failed, found in the time of what changed. */
export class FailedInSerf {
  #members: Members = new Map()
  readonly #failed = new Set<string>()

  /** Returns those that HAProxy finds healthy: only gossip does not reach them. */
  healthyOf({ membership: { connected, members }, servers }: Facts): readonly Member[] {
    this.#follow(members)
    if (!connected || !servers) return []
    return [...this.#failed].flatMap(name => {
      const member = servers.get(name)?.health === 'up' && members.get(name)
      return member || []
    })
  }

  #follow(members: Members): void {
    for (const name of changedKeys(this.#members, members))
      if (members.get(name)?.status === 'failed') this.#failed.add(name)
      else this.#failed.delete(name)
    this.#members = members
  }
}

/** Creates a {@link Rejoin} that uses the configured Serf agent. */
export function rejoinWith(configuration: Configuration): Rejoin {
  return (member, { signal }) => rejoinMember(member, { ...serfOptions(configuration), signal })
}

/**
 * Has Serf rejoin failed members that HAProxy finds healthy, one at a time. Serf
 * itself retries one failed member every 30 s, so a cluster stays divided for
 * that long after the network is repaired. Members that HAProxy does not reach
 * are left to Serf.
 */
export class FailedMembers {
  readonly #journal: AgentJournal
  readonly #failed = new FailedInSerf()
  #isRejoining = false
  #isReported = false
  #turn = 0
  #earliestAt = 0

  constructor(journal: AgentJournal) {
    this.#journal = journal
  }

  /** Starts a rejoin if one is due at `now` (monotonic milliseconds). Resolves when it has ended. */
  async rejoinNext(
    { facts, now }: { readonly facts: Facts; readonly now: number },
    { rejoin, rejoinMs, signal }: { rejoin: Rejoin; rejoinMs: number; signal: AbortSignal },
  ): Promise<void> {
    const failed = rejoinMs === 0 ? [] : this.#failed.healthyOf(facts)
    this.#report(failed)
    const member = failed[this.#turn % failed.length]
    if (!member || this.#isRejoining || now < this.#earliestAt) return
    this.#isRejoining = true
    this.#turn++
    this.#earliestAt = now + rejoinMs
    this.#journal.dispatch({ kind: 'rejoin-request' })
    try {
      await rejoin(member, { signal })
    } catch {
      // The membership reports a Serf agent that does not answer. The next round retries.
    } finally {
      this.#isRejoining = false
    }
  }

  /** Emits one event for each series of rounds with such members. */
  #report(failed: readonly Member[]): void {
    const wasReported = this.#isReported
    this.#isReported = failed.length > 0
    if (wasReported || failed.length === 0) return
    const members = failed.map(({ name }) => name)
    const text = `Rejoining ${plural(failed.length, 'member')} that failed in Serf and ${verb(failed.length, 'is', 'are')} healthy in HAProxy`
    this.#journal.dispatch({ kind: 'event', event: { kind: 'rejoin', members, text } })
  }
}
