import type { Clock } from '../clock.js'
import type { AgentEvent, TimelineEntry } from '../state/agent-event.js'
import type { AgentFact } from './agent-fact.js'
import { emptyRecord, type AgentRecord } from './agent-record.js'
import { reduceRecord } from './reduce-record.js'
import { timeline, type Timeline } from './timeline.js'

/** Most entries that are kept. */
const longestTimeline = 1000

/** The only holder of the agent's record: facts come in, events go to the timeline. */
export class AgentJournal {
  readonly timeline: Timeline
  readonly #clock: Clock
  readonly #emit: (event: AgentEvent) => void
  readonly #onObserved: (record: AgentRecord) => void
  #record = emptyRecord

  /** @param onObserved - called with the record after each status report of HAProxy */
  constructor(
    clock: Clock,
    onEvent: (entry: TimelineEntry) => void,
    onObserved: (record: AgentRecord) => void = () => {},
  ) {
    const { timeline: entries, add } = timeline(longestTimeline, () => clock.wallTime())
    this.timeline = entries
    this.#clock = clock
    this.#emit = event => onEvent(add(event))
    this.#onObserved = onObserved
  }

  /** The present record. */
  get record(): AgentRecord {
    return this.#record
  }

  /** Changes the record by a fact, and emits the events that it leads to. */
  dispatch(fact: AgentFact): readonly AgentEvent[] {
    const { record, events } = reduceRecord(this.#record, fact, this.#clock.wallTime())
    this.#record = record
    for (const event of events) this.#emit(event)
    if (fact.kind === 'observation') this.#onObserved(record)
    return events
  }
}
