import { SerfError, type Member, type SerfClient } from 'node-serf-client'
import { answersOnce, memberAnswers } from './ask-member.js'
import { Doorbell, type Ring } from './doorbell.js'
import { contest, noDoubts, refute, settle, suspect, type Doubts } from './doubts.js'
import { readLogLine, type LogFact } from './log-fact.js'
import type { MembershipCause } from './membership.js'
import type { WatchSettings } from './watch-settings.js'

/** What one read of the members found. */
export interface Reading {
  readonly members: ReadonlyMap<string, Member>
  readonly doubts: Doubts
  readonly cause: MembershipCause
  readonly detectedAt: number
  /** Whether the agent gives its log. */
  readonly hasLog: boolean
}

/** The replay of an agent's log is over by then, whatever the log says. */
const longestReplayMs = 1000

/** Reads `members` after every ring until the connection ends or `signal` aborts. */
export async function watchAgent(
  client: SerfClient,
  settings: WatchSettings,
  firstCause: MembershipCause,
  found: (reading: Reading) => void,
  signal: AbortSignal,
): Promise<void> {
  const bell = new Doorbell(settings)
  const witness = new Witness(client, () => bell.ring('log'), signal)
  const resync = setInterval(() => bell.ring('resync'), settings.resyncMs)
  const onAbort = () => client.close()
  const onRing = () => bell.ring('refresh')
  signal.addEventListener('abort', onAbort, { once: true })
  settings.refreshRequests?.addEventListener('refresh', onRing)
  try {
    // Subscribed before the first read: what changes in between rings.
    const lines = await openLog(client, signal)
    const events = await client.stream(
      ['member-join', 'member-leave', 'member-failed', 'member-update', 'member-reap'],
      { signal },
    )
    if (lines) forEach(lines, line => witness.hear(line)).catch(bell.fail)
    forEach(events, () => bell.ring('event')).catch(bell.fail)
    let ring: Ring = { cause: firstCause, detectedAt: performance.now() }
    for (; ; ring = await bell.due()) {
      bell.answered()
      const list = await client.members(settings.filter, { signal })
      const members = new Map(list.map(member => [member.name, member]))
      found({ members, doubts: witness.settle(members), ...ring, hasLog: lines !== undefined })
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    settings.refreshRequests?.removeEventListener('refresh', onRing)
    clearInterval(resync)
    bell.silence()
  }
}

/** The agent's log; undefined where it refuses. */
async function openLog(
  client: SerfClient,
  signal: AbortSignal,
): Promise<AsyncIterable<string> | undefined> {
  try {
    return await client.monitor('DEBUG', { signal })
  } catch (error) {
    if (error instanceof SerfError && error.code === 'refused') return undefined
    throw error
  }
}

/** Hears the agent's log, and keeps what is in doubt. */
class Witness {
  readonly #client: SerfClient
  readonly #ring: () => void
  readonly #signal: AbortSignal
  readonly #since = performance.now()
  /** The agent first repeats what it logged before: lines of the past. */
  #isReplay = true
  #doubts: Doubts = noDoubts
  /** As they were read last. */
  #members: ReadonlyMap<string, Member> = new Map()

  constructor(client: SerfClient, ring: () => void, signal: AbortSignal) {
    this.#client = client
    this.#ring = ring
    this.#signal = signal
  }

  hear(line: string): void {
    const fact = readLogLine(line)
    if (!fact) return
    if (performance.now() - this.#since > longestReplayMs) this.#isReplay = false
    this.#note(fact).catch(() => {
      // The agent cannot ask, or the connection is gone: the suspicion ends in time.
    })
  }

  /** The doubts that these members leave open. */
  settle(members: ReadonlyMap<string, Member>): Doubts {
    this.#members = members
    this.#doubts = settle(this.#doubts, members, performance.now())
    return this.#doubts
  }

  async #note(fact: LogFact): Promise<void> {
    const now = performance.now()
    if (fact.kind === 'change') this.#ring()
    else if (fact.kind === 'leave') {
      // Old news must not delay the read of what is new.
      if (this.#members.get(fact.name)?.status === 'alive') this.#ring()
    } else if (fact.kind === 'suspect') await this.#suspect(fact.name, now)
    else if (fact.kind === 'accepted') {
      // Our own connection: what follows is new.
      if (fact.address === this.#client.localAddress) this.#isReplay = false
    } else if (!this.#isReplay) {
      this.#doubts = contest(this.#doubts, fact.name, fact, now)
      this.#ring()
    }
  }

  async #suspect(name: string, now: number): Promise<void> {
    const isKnown = this.#isOpen(name)
    // A suspicion of the past has probably come to nothing: ask before telling.
    if (this.#isReplay && (await answersOnce(this.#client, name, this.#signal))) return
    this.#doubts = suspect(this.#doubts, name, now)
    if (isKnown) return
    this.#ring()
    const isOpen = () => this.#isOpen(name)
    if (!(await memberAnswers(this.#client, name, isOpen, this.#signal))) return
    this.#doubts = refute(this.#doubts, name)
    this.#ring()
  }

  #isOpen(name: string): boolean {
    return this.#doubts.suspectedAt.has(name)
  }
}

async function forEach<T>(records: AsyncIterable<T>, take: (record: T) => void): Promise<void> {
  for await (const record of records) take(record)
  throw new SerfError('closed', 'The Serf agent ended the stream')
}
