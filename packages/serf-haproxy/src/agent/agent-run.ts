import { AgentError } from '../agent-error.js'
import { AddressKeeper } from '../balancers/address-keeper.js'
import { recorder, type RecordedRound, type RecordLine } from '../recording/recording.js'
import { WakeUp } from '../wake-up.js'
import { AgentLoop, type LoopDeps } from './agent-loop.js'
import { sourcesOf, type AgentSources } from './agent-sources.js'
import type { CurrentConfiguration } from './current-configuration.js'
import type { WaitingConfiguration } from '../guard/configuration-guard.js'
import type { HeldChange } from '../guard/held-change.js'
import { DiskWatch } from './disk-watch.js'
import { KeptReloader } from './kept-reloader.js'
import { openPipeline, type Pipeline, type PipelineDeps } from './pipeline.js'
import { HaproxyPoller } from './poll-haproxy.js'
import { FailedMembers } from './rejoin-failed.js'
import { keptOf } from '../reporting/agent-record.js'
import type { DiskPlace } from '../state/refused-file.js'
import { runTogether } from '../run-together.js'
import { openTracer } from '../tracing/open-tracer.js'
import { openStateFolder, type StateFolder } from '../storage/state-folder.js'

/** Dependencies of a run. */
export interface AgentRunDeps extends Pick<LoopDeps, 'clock' | 'journal'> {
  readonly current: CurrentConfiguration
  readonly sources: AgentSources
  readonly sinks: PipelineDeps
  /** Path of the agent's configuration. */
  readonly file: string | undefined
  readonly onRecord: ((line: RecordLine) => void) | undefined
}

/** The parts of an agent that exist only while it runs. */
export interface RunningParts {
  readonly pipeline: Pipeline
  readonly loop: AgentLoop
  readonly folder: StateFolder
}

/** Runs an agent: takes the lock, and follows one configuration after the other until it is stopped. */
export class AgentRun {
  readonly #deps: AgentRunDeps
  readonly #poller: HaproxyPoller
  readonly #failed: FailedMembers
  readonly #disk: DiskWatch
  /** Has keepalived follow the balancers. */
  readonly address: AddressKeeper
  readonly #wakeUp = new WakeUp()
  readonly #refreshRequests = new EventTarget()
  /** Aborts the pipeline of the current configuration. */
  #renewal = new AbortController()
  #running: RunningParts | undefined
  #hasReportedKept = false

  constructor(deps: AgentRunDeps) {
    this.#deps = deps
    const admitted = () => this.#running?.loop.admitted ?? new Map()
    const retry = () => void deps.current.retryRefused(admitted())
    this.#poller = new HaproxyPoller(deps.journal, deps.clock, retry)
    this.#failed = new FailedMembers(deps.journal)
    this.#disk = new DiskWatch(deps.journal)
    this.address = new AddressKeeper(deps.journal, { ...deps, disk: this.#disk })
  }

  /** The running parts; undefined before and after the run. */
  get running(): RunningParts | undefined {
    return this.#running
  }

  /** @throws AgentError `not-running` before and after the run. */
  needRunning(): RunningParts {
    if (this.#running) return this.#running
    throw new AgentError('not-running', 'The agent is not running; expected a call of `run` before')
  }

  async run(signal: AbortSignal): Promise<void> {
    const { current } = this.#deps
    this.#disk.lock(current.value.haproxy.configFile)
    try {
      await this.#runLocked(signal)
    } finally {
      this.#running = undefined
      this.#disk.release()
    }
  }

  /** Runs a round now. */
  wake(): void {
    this.#wakeUp.wake()
  }

  /** Reads the members now. */
  refresh(): void {
    this.#refreshRequests.dispatchEvent(new Event('refresh'))
    this.wake()
  }

  /** Continues with the pipeline of a new configuration. */
  renew(): void {
    this.#renewal.abort()
  }

  /** Has the guard judge another configuration. Returns why it waits; undefined if it may be used. */
  propose(waiting: WaitingConfiguration | undefined): HeldChange | undefined {
    const { loop } = this.#running ?? {}
    return loop?.guard.propose(waiting, loop.memory, this.#deps.current.value.guard)
  }

  readonly rounds = (): number => this.#wakeUp.sleeps
  readonly watching = (): Disposable => this.#poller.watching()

  /** Writes memory and mode to the state folder. Resolves when they are on disk, or with the error of the disk. */
  async save(): Promise<AgentError | undefined> {
    if (!this.#running) return undefined
    const { folder, loop } = this.#running
    folder.save({ memory: loop.memory, ...keptOf(this.#deps.journal.record) })
    return folder.flushed()
  }

  /** Reports that the disk refuses a file, or takes it again. */
  reportDisk(place: DiskPlace, error: Error | undefined): void {
    this.#disk.report(place, error)
  }

  async #runLocked(signal: AbortSignal): Promise<void> {
    const { clock, journal, current, sinks, onRecord } = this.#deps
    const folder = openStateFolder(current.value.stateFolder, {
      onDisk: error => this.#disk.report('state folder', error),
      onRepaired: text => this.#disk.repaired(text),
      wallTime: () => clock.wallTime(),
    })
    const { memory, frozen, drained, problem } = folder.load()
    journal.dispatch({ kind: 'mode-restored', frozen })
    if (drained) journal.dispatch({ kind: 'drains', drained })
    if (problem !== undefined) this.#disk.repaired(problem)
    // Written at once: the next start has to find the freeze too.
    if (problem !== undefined) folder.save({ memory, frozen, drained })
    const record = recorder(onRecord)
    const onRound = (round: RecordedRound) => {
      record(round)
      this.#afterRound(round, signal)
    }
    const tracer = openTracer(clock, journal)
    const loop = new AgentLoop({ clock, journal, folder, memory, onRound, tracer })
    await using reloaders = new KeptReloader(folder.generations, sinks)
    try {
      // Each turn follows one configuration.
      while (!signal.aborted) {
        this.#renewal = new AbortController()
        const { renderer } = current
        const kept = await reloaders.for(current.value)
        const parts = { ...sinks, ...kept, ...(renderer && { renderer }) }
        await using pipeline = await openPipeline(current.value, folder.generations, parts)
        this.#running = { pipeline, loop, folder }
        await this.#follow(this.#running, AbortSignal.any([signal, this.#renewal.signal]))
      }
    } finally {
      await folder.flushed()
    }
  }

  /** Follows the configuration of one pipeline. */
  async #follow({ pipeline, loop, folder }: RunningParts, end: AbortSignal): Promise<void> {
    const { current, sources } = this.#deps
    const { membership } = sourcesOf(current.value, sources)
    const refreshRequests = this.#refreshRequests
    const listen = async (signal: AbortSignal) => {
      for await (const snapshot of membership({ signal, refreshRequests })) {
        loop.onMembership(snapshot)
        this.wake()
      }
    }
    await runTogether(end, signal => [
      listen(signal),
      loop.follow(pipeline, this.#wakeUp, signal),
      this.#poller.run(pipeline, signal),
      this.#disk.run(pipeline, folder, signal),
      this.address.run(pipeline.configuration, signal),
    ])
  }

  /** Reports the generation of the process before, if HAProxy runs it still. */
  async #reportKept(): Promise<void> {
    const { journal } = this.#deps
    if (this.#hasReportedKept || journal.record.outcome?.kind !== 'unchanged') return
    this.#hasReportedKept = true
    const kept = await this.#running?.pipeline.reloader.checkGenerations().catch(() => [])
    const generation = kept?.at(-1)
    if (generation) journal.dispatch({ kind: 'kept-generation', generation })
  }

  #afterRound(round: RecordedRound, signal: AbortSignal): void {
    const { journal, current, sources } = this.#deps
    if (journal.record.outcome?.kind === 'applied') this.#poller.pollNow()
    void this.#reportKept()
    const { rejoin } = sourcesOf(current.value, sources)
    const { rejoinMs } = current.value.serf
    void this.#failed.rejoinNext(round, { rejoin, rejoinMs, signal })
  }
}
