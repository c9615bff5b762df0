import { watchMembership, type Membership } from 'serf-events'
import { AgentError } from '../agent-error.js'
import type { TimelineEntry } from '../state/agent-event.js'
import { AgentLoop } from './agent-loop.js'
import { AgentRecord } from '../reporting/agent-record.js'
import type { Agent } from './agent.js'
import { systemClock, type Clock } from '../clock.js'
import type { Configuration } from '../configuration/schema.js'
import { explain } from '../reporting/explain.js'
import { lockHaproxy } from '../haproxy/haproxy-lock.js'
import { withAccepted } from '../decision/member-memory.js'
import { openPipeline, type Pipeline, type PipelineDeps } from './pipeline.js'
import { recorder, type RecordLine } from '../recording/recording.js'
import { LostMembers, rejoinWith, type Rejoin } from './rejoin-failed.js'
import { serfOptions } from './serf-options.js'
import { stateFolder, type StateFolder } from './state-folder.js'
import { snapshotState } from '../reporting/snapshot.js'
import { validateConfiguration } from './validate-configuration.js'
import { HaproxyPoller } from './poll-haproxy.js'
import { WakeUp } from '../wake-up.js'

/** What an agent hears from; each has the real thing as its default. */
export interface AgentSources {
  /** `refreshRequests` dispatches `ring` where the members are to be read at once. */
  readonly membership?: (options: {
    signal: AbortSignal
    refreshRequests: EventTarget
  }) => AsyncIterable<Membership>
  /** Has a member looked for that was lost. */
  readonly rejoin?: Rejoin
}

/** What an agent works with beside its configuration. */
export interface AgentOptions {
  readonly clock?: Clock
  readonly sources?: AgentSources
  readonly sinks?: PipelineDeps
  /** The file that the configuration came from, for people. */
  readonly file?: string
  /** Told of each thing that happens; `events` has the same. */
  readonly onEvent?: (entry: TimelineEntry) => void
  /** Given each line of a recording, for `replay`. */
  readonly onRecord?: (line: RecordLine) => void
}

/** Makes an agent. Nothing is read or connected before `run`. */
export function createAgent(configuration: Configuration, parts: AgentOptions = {}): Agent {
  const { clock = systemClock, sources = {}, sinks = {}, onEvent = () => {} } = parts
  const record = new AgentRecord(clock, onEvent)
  const startedAt = clock.wallTime()
  const refreshRequests = new EventTarget()
  const wakeUp = new WakeUp()
  const watch = new HaproxyPoller(record, clock)
  let current = { configuration, loadedAt: startedAt, refused: undefined as string | undefined }
  let renewal = new AbortController()
  let running: { pipeline: Pipeline; loop: AgentLoop; folder: StateFolder } | undefined

  async function run({ signal }: { signal: AbortSignal }): Promise<void> {
    const release = lockHaproxy(configuration.haproxy.configFile)
    try {
      const folder = stateFolder(configuration.stateFolder, error => record.failed(error))
      const { memory, frozen } = folder.load()
      record.frozen = frozen
      const recorded = recorder(parts.onRecord)
      const lost = new LostMembers(record)
      const onRound: typeof recorded = round => {
        recorded(round)
        if (record.outcome?.kind === 'applied') watch.applied()
        const { configuration } = current
        const { rejoin = rejoinWith(configuration) } = sources
        void lost.look(round, { rejoin, rejoinMs: configuration.serf.rejoinMs, signal })
      }
      const loop = new AgentLoop({ clock, record, folder, memory, onRound })
      // Each turn is one configuration; a new one begins the next.
      while (!signal.aborted) {
        renewal = new AbortController()
        await using pipeline = await openPipeline(current.configuration, folder.generations, sinks)
        running = { pipeline, loop, folder }
        await follow(running, AbortSignal.any([signal, renewal.signal]))
      }
      await folder.settled()
    } finally {
      running = undefined
      release()
    }
  }

  async function follow(
    { pipeline, loop }: NonNullable<typeof running>,
    signal: AbortSignal,
  ): Promise<void> {
    const membership =
      sources.membership ??
      (options => watchMembership({ ...serfOptions(current.configuration), ...options }))
    const listen = async () => {
      for await (const snapshot of membership({ signal, refreshRequests })) {
        loop.onMembership(snapshot)
        wakeUp.wake()
      }
    }
    const parts = [listen(), loop.follow(pipeline, wakeUp, signal), watch.run(pipeline, signal)]
    await Promise.all(parts)
  }

  function needRunning() {
    if (running) return running
    throw new AgentError('not-running', 'The agent does not run; wanted `run` to be under way')
  }

  async function save(): Promise<void> {
    running?.folder.save({ memory: running.loop.memory, frozen: record.frozen })
    await running?.folder.settled()
  }

  return {
    run,
    events: record.timeline,
    state() {
      watch.looked()
      return snapshotState(record, { startedAt, file: parts.file, ...current })
    },
    explain: member => explain(member, record, current.configuration, running?.loop.memory, clock),
    async freeze(reason) {
      record.freeze(reason === undefined ? {} : { reason })
      await save()
    },
    async thaw() {
      record.thaw()
      running?.loop.requestRound('thawed')
      wakeUp.wake()
      await save()
    },
    acceptRemovals() {
      const { held } = record
      if (!held || !running) return false
      const names = held.removals.map(({ member }) => member)
      running.loop.accept(withAccepted(running.loop.memory, names))
      record.emit({
        kind: 'accepted',
        removals: held.removals,
        text: `Accepted by hand: ${names.join(', ')} may go`,
      })
      wakeUp.wake()
      return true
    },
    refresh() {
      refreshRequests.dispatchEvent(new Event('refresh'))
      wakeUp.wake()
    },
    async configure(load) {
      try {
        const next = load()
        await validateConfiguration(
          current.configuration,
          next,
          running?.loop.admitted ?? [],
          sinks,
        )
        current = { configuration: next, loadedAt: clock.wallTime(), refused: undefined }
        record.emit({
          kind: 'configuration',
          isAccepted: true,
          text: 'A new configuration is taken',
        })
        renewal.abort()
        return undefined
      } catch (error) {
        const refused = (error as Error).message
        current = { ...current, refused }
        const text = `The new configuration is refused, and the one before goes on: ${refused}`
        record.emit({ kind: 'configuration', isAccepted: false, error: refused, text })
        return refused
      }
    },
    generations: () => needRunning().pipeline.reloader.generations(),
    generation: number => needRunning().pipeline.reloader.generation(number),
    diff: (from, to) => needRunning().pipeline.reloader.diff(from, to),
    async rollback(number) {
      const { reloader } = needRunning().pipeline
      const before = record.frozen
      // Frozen first: no round may put its own configuration on top.
      record.freeze({ reason: `rolled back to generation ${number}`, generation: number })
      const outcome = await reloader.restore(number).catch((error: unknown) => {
        record.unpin(before)
        throw error
      })
      if (outcome.kind === 'rejected' || outcome.kind === 'rolled-back') record.unpin(before)
      record.applied({
        outcome,
        cause: `rollback to ${number}`,
        causeKind: 'rollback',
        reactedInMs: undefined,
      })
      await save()
      return outcome
    },
  }
}
