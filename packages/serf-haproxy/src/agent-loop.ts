import { existsSync } from 'node:fs'
import type { Membership } from 'serf-events'
import { adoptRunning, strangers } from './adopt-running.js'
import type { AgentRecord } from './agent-record.js'
import type { Clock } from './clock.js'
import { decide, needsWitness, type Decision } from './decide.js'
import { byName, poolNames, runningServers } from './gather-facts.js'
import type { Facts } from './member-look.js'
import { noMemory, withPools, type Memory } from './member-memory.js'
import type { Pipeline, Rendering } from './pipeline.js'
import type { RecordedRound } from './recording.js'
import { standingEvents } from './round-events.js'
import { standings } from './standings.js'
import type { StateFolder } from './state-folder.js'
import type { WakeUp } from './wake-up.js'

/** What the loop works with. */
export interface LoopParts {
  readonly clock: Clock
  readonly record: AgentRecord
  readonly folder: StateFolder
  /** What the agent before remembered; undefined where there was none. */
  readonly memory: Memory | undefined
  /** Told of each round that was applied. */
  readonly onRound: (round: RecordedRound) => void
}

/** News of which no round has been made yet. */
interface News {
  readonly rungAt: number
  readonly kind: string
  readonly texts: readonly string[]
}

/** While somebody is in doubt, or leaves, health is looked at this often. */
const witnessIntervalMs = 500

/** The loop itself: members, a decision, a text, HAProxy; again and again. */
export class AgentLoop {
  readonly #parts: LoopParts
  #memory: Memory
  /** Nothing was ever decided, by this agent or one before. */
  #isBlank: boolean
  #isAdopted = false
  #wasConnected = false
  #areStrangersAccepted = false
  #news: News | undefined
  /** The members of the newest decision. */
  admitted: Decision['admitted'] = []

  constructor(parts: LoopParts) {
    this.#parts = parts
    this.#memory = parts.memory ?? noMemory
    this.#isBlank = parts.memory === undefined
  }

  get memory(): Memory {
    return this.#memory
  }

  /** Goes round until the signal aborts: at each wake-up, and at the interval of its configuration. */
  async follow(pipeline: Pipeline, wakeUp: WakeUp, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const isUnsettled = await this.#round(pipeline, signal).catch((error: unknown) => {
        if (!signal.aborted) this.#parts.record.failed(error)
        return false
      })
      const { resyncMs } = pipeline.configuration
      await wakeUp.sleep(isUnsettled ? Math.min(witnessIntervalMs, resyncMs) : resyncMs, signal)
    }
  }

  /** Members → decision → text → HAProxy; once. Whether another look soon may change it. */
  async #round(pipeline: Pipeline, signal: AbortSignal): Promise<boolean> {
    const { record, clock, folder } = this.#parts
    const facts = await this.#gather(pipeline, signal)
    if (!facts) return false
    const news = this.#news
    this.#news = undefined
    const memory = this.#memory
    const now = clock.now()
    const decision = decide(memory, facts, pipeline.rules, now)
    const rendering = pipeline.render(decision.admitted, incumbents(memory))
    this.admitted = decision.admitted
    record.count('rounds')
    if (record.frozen) {
      record.decided(decision, rendering)
      return decision.isUnsettled
    }
    this.#memory = withPools(decision.memory, rendering.rendered.pools)
    const cause = news?.texts.join('; ') || this.#causeOf(decision, rendering)
    const startedAt = clock.now()
    const isWanted = () => record.frozen === undefined
    const applied = await pipeline.apply(rendering, { cause, isWanted, signal })
    record.decided(decision, applied.rendering)
    record.applied({ ...applied, cause, ...reaction(news, applied.outcome, startedAt) })
    record.drifted(pipeline.reloader.drift())
    this.#parts.onRound({ memory, facts, now, rendering: applied.rendering })
    this.#isBlank = false
    folder.save({ memory: this.#memory, frozen: record.frozen })
    return decision.isUnsettled
  }

  /** A new snapshot of the membership. */
  heard(membership: Membership): void {
    const texts = this.#parts.record.heard(membership).map(({ text }) => text)
    const { rungAt, cause: kind } = membership
    this.#wasConnected ||= membership.connected
    const earlier = this.#news
    this.#news = earlier
      ? { ...earlier, texts: [...earlier.texts, ...texts].slice(-mostTexts) }
      : { rungAt, kind, texts: texts.slice(0, mostTexts) }
  }

  /** Somebody did something by hand, which the next round is made for. */
  because(text: string): void {
    this.#news = { rungAt: NaN, kind: 'hand', texts: [text, ...(this.#news?.texts ?? [])] }
  }

  /** Removals that were held are carried out in the next round. */
  accept(memory: Memory): void {
    this.#memory = memory
    this.#areStrangersAccepted = true
    this.because('removals were accepted by hand')
  }

  /** What is known now; undefined where nothing may be concluded from it. */
  async #gather(pipeline: Pipeline, signal: AbortSignal): Promise<Facts | undefined> {
    const { record, clock } = this.#parts
    const wallTime = clock.wallTime()
    const { membership } = record
    if (!membership || !this.#wasConnected) {
      // Who was never reached says nothing. HAProxy needs a file to start with, though.
      if (!membership || existsSync(pipeline.configuration.haproxy.configFile)) return undefined
      return { membership: { ...membership, connected: false }, servers: undefined, wallTime }
    }
    if (this.#isAdopted && !needsWitness(this.#memory, membership))
      return { membership, servers: undefined, wallTime }
    const servers = await runningServers(pipeline, poolNames(pipeline, this.#memory), signal)
    if (!this.#isAdopted && servers && !this.#adopt(pipeline, membership, servers)) return undefined
    this.#isAdopted = true
    return { membership, servers: servers && byName(servers), wallTime }
  }

  /** Takes over what runs. False where that cannot be told from a registry that looks empty. */
  #adopt(
    { rules }: Pipeline,
    { members }: Membership,
    servers: NonNullable<Awaited<ReturnType<typeof runningServers>>>,
  ): boolean {
    const { record, clock } = this.#parts
    const unknown = this.#isBlank ? strangers(this.#memory, members, servers) : []
    const isTooMuch = unknown.length > rules.guard.maxLostShare * servers.length
    if (isTooMuch && !this.#areStrangersAccepted) {
      const reason = `Serf tells of ${servers.length - unknown.length} of the ${servers.length} servers that HAProxy runs, and this agent remembers none`
      record.holdStrangers({ since: clock.wallTime(), reason, removals: removalsOf(unknown) })
      return false
    }
    this.#memory = adoptRunning(this.#memory, members, servers)
    return true
  }

  /** Why a round that nobody rang for changes something, in words. */
  #causeOf(decision: Decision, rendering: Rendering): string {
    const events = standingEvents(this.#parts.record.places, standings(decision, rendering))
    return (
      events
        .map(({ text }) => text)
        .slice(0, mostTexts)
        .join('; ') || 'comparison at an interval'
    )
  }
}

/** A cause that is longer helps nobody. */
const mostTexts = 5

function incumbents({ members }: Memory): ReadonlySet<string> {
  const names = [...members].flatMap(([name, { isAdmitted }]) => (isAdmitted ? name : []))
  return new Set(names)
}

function removalsOf(servers: readonly { readonly pool: string; readonly name: string }[]) {
  return servers.map(({ pool, name: member }) => ({ pool, member }))
}

/** What told of a change, and how long it took from there until HAProxy had it. */
function reaction(
  news: News | undefined,
  outcome: { readonly kind: string; readonly tookMs?: number },
  startedAt: number,
): { causeKind: string; reactedInMs: number | undefined } {
  const isRung = news?.kind === 'doorbell' || news?.kind === 'stream'
  const { tookMs } = outcome
  const isTimed = isRung && outcome.kind === 'applied' && tookMs !== undefined
  return {
    causeKind: news?.kind ?? 'health',
    reactedInMs: isTimed ? startedAt + tookMs - news.rungAt : undefined,
  }
}
