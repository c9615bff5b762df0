import { AgentError } from '../agent-error.js'
import type { Clock } from '../clock.js'
import { systemClock } from '../clock.js'
import type { Configuration } from '../configuration/schema.js'
import type { RecordLine } from '../recording/recording.js'
import { AgentJournal } from '../reporting/agent-journal.js'
import { plannedChange } from '../rendering/planned-change.js'
import { explain } from '../reporting/explain.js'
import { snapshotState } from '../reporting/snapshot.js'
import type { TimelineEntry } from '../state/agent-event.js'
import { TrafficHistory } from '../traffic/traffic-history.js'
import { AgentControls } from './agent-controls.js'
import { AgentRun } from './agent-run.js'
import type { AgentSources } from './agent-sources.js'
import type { Agent } from './agent.js'
import { CurrentConfiguration } from './current-configuration.js'
import type { PipelineDeps } from './pipeline.js'

/** Dependencies of an agent, in addition to its configuration. */
export interface AgentOptions {
  /** Clocks of the agent. @defaultValue the clocks of the machine */
  readonly clock?: Clock
  /** Sources of the membership. @defaultValue the configured Serf agent */
  readonly sources?: AgentSources
  /** Connections to HAProxy. @defaultValue the configured HAProxy */
  readonly sinks?: PipelineDeps
  /** Path of the configuration file, for display. @defaultValue none */
  readonly file?: string
  /** Called for each event; `events` has the same entries. @defaultValue none */
  readonly onEvent?: (entry: TimelineEntry) => void
  /** Called for each line of a recording, for `replay`. @defaultValue none */
  readonly onRecord?: (line: RecordLine) => void
}

/** Creates an agent. It reads and connects nothing before `run`. */
export function createAgent(configuration: Configuration, options: AgentOptions = {}): Agent {
  const { clock = systemClock, sources = {}, sinks = {}, onEvent = () => {}, file } = options
  const traffic = new TrafficHistory()
  const note = (entry: TimelineEntry) => {
    traffic.mark(entry)
    onEvent(entry)
  }
  const journal = new AgentJournal(clock, note, record => traffic.sample(record))
  const current = new CurrentConfiguration(configuration, clock, journal, () => run.renew())
  const startedAt = clock.wallTime()
  const { onRecord } = options
  const run: AgentRun = new AgentRun({ clock, journal, current, sources, sinks, file, onRecord })
  const controls = new AgentControls(run, journal, clock)
  const reloader = () => run.needRunning().pipeline.reloader
  return {
    run: ({ signal }) => run.run(signal),
    events: journal.timeline,
    state: () => snapshotState(journal.record, { startedAt, file, ...current.inUse }),
    traffic: () => traffic.state(clock.wallTime()),
    rounds: run.rounds,
    watching: run.watching,
    explain: member =>
      explain(member, journal.record, current.value, run.running?.loop.memory, clock),
    freeze: reason => controls.freeze(reason),
    thaw: () => controls.thaw(),
    reportDisk: (place, error) => run.reportDisk(place, error),
    drain: (member, reason) => controls.drain(member, reason),
    undrain: member => controls.undrain(member),
    reportAction: action => controls.reportAction(action),
    release: step => run.address.release(step),
    acceptRemovals: () => controls.acceptRemovals(),
    refresh: () => run.refresh(),
    configure: load =>
      current.replace(load, run.running?.loop.admitted ?? new Map(), sinks, waiting =>
        run.propose(waiting),
      ),
    // Errors of these become rejections, also before the run.
    plan: async () => {
      const { loop, pipeline } = run.needRunning()
      const { configFile } = current.value.haproxy
      if (loop.rendering) return plannedChange({ ...pipeline, configFile }, loop.rendering)
      throw new AgentError('not-running', 'The agent has not decided yet: it waits for Serf')
    },
    generations: async () => reloader().generations(),
    generation: async number => reloader().generation(number),
    diff: async (from, to) => reloader().diff(from, to),
    rollback: number => controls.rollback(number),
  }
}
