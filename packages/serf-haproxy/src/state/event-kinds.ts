import type { AgentEvent } from './agent-event.js'

/** Log level of an event. */
export type EventLevel = 'info' | 'warn' | 'error'

/** Tone of an event on the page; each has a colour. */
export type EventTone = 'good' | 'warn' | 'bad' | 'held' | 'quiet'

/** Kinds of events. */
export type EventKindName = AgentEvent['kind']

/** The counter of an event kind, and the metric that exports it. */
export interface EventCounter {
  /** Field of the agent's counters. */
  readonly name: string
  /** Name of the metric, without `serf_haproxy_` and `_total`. */
  readonly metric: string
  readonly help: string
  /**
   * - `entry`: counts entries of the timeline
   * - `occurrence`: counts repetitions too, which the timeline leaves out
   */
  readonly per: 'entry' | 'occurrence'
}

/** Everything that depends on the kind of an event, and not on the code that emits it. */
export interface EventKind<K extends EventKindName> {
  /** Label on the page. */
  readonly label: string
  readonly level: Choice<K, EventLevel>
  readonly tone: Choice<K, EventTone>
  readonly counter?: EventCounter
}

/** A constant, or a function of the event where its kind alone does not decide. */
type Choice<K extends EventKindName, T> = T | ((event: Extract<AgentEvent, { kind: K }>) => T)

/** The table of event kinds: log level, page label, page tone, counter and metric of each. */
export const eventKinds = {
  membership: { label: 'membership', level: 'info', tone: 'quiet' },
  decision: { label: 'decision', level: 'info', tone: 'quiet' },
  outcome: {
    label: 'outcome',
    level: ({ outcome }) => (isFailed(outcome.kind) ? 'error' : 'info'),
    tone: ({ outcome: { kind } }) =>
      kind === 'applied' ? 'good' : isFailed(kind) ? 'bad' : 'quiet',
  },
  held: {
    label: 'held',
    level: 'warn',
    tone: 'held',
    counter: {
      name: 'held',
      metric: 'holds',
      help: 'Times that the guard began to hold removals.',
      per: 'entry',
    },
  },
  accepted: { label: 'accepted', level: 'info', tone: 'quiet' },
  released: { label: 'released', level: 'info', tone: 'quiet' },
  action: {
    label: 'action',
    level: ({ result }) => (result === 'done' ? 'info' : 'warn'),
    tone: ({ result }) => (result === 'done' ? 'quiet' : 'warn'),
  },
  frozen: { label: 'frozen', level: 'info', tone: 'warn' },
  thawed: { label: 'thawed', level: 'info', tone: 'quiet' },
  quarantine: { label: 'quarantine', level: 'warn', tone: 'warn' },
  rejoin: {
    label: 'rejoin',
    level: 'info',
    tone: 'warn',
    counter: {
      name: 'rejoins',
      metric: 'rejoins',
      help: 'Requests to Serf to rejoin a failed member.',
      per: 'occurrence',
    },
  },
  'slow-round': {
    label: 'slow round',
    level: 'warn',
    tone: 'warn',
    counter: {
      name: 'slowRounds',
      metric: 'slow_rounds',
      help: 'Rounds of the loop that took longer than slowRoundMs.',
      per: 'entry',
    },
  },
  drift: { label: 'drift', level: 'warn', tone: 'warn' },
  connection: {
    label: 'connection',
    level: ({ isUp }) => (isUp ? 'info' : 'warn'),
    tone: ({ isUp }) => (isUp ? 'good' : 'bad'),
  },
  configuration: {
    label: 'configuration',
    level: ({ isAccepted }) => (isAccepted ? 'info' : 'error'),
    tone: ({ isAccepted }) => (isAccepted ? 'quiet' : 'bad'),
  },
  disk: {
    label: 'disk',
    level: ({ isOk }) => (isOk ? 'info' : 'error'),
    tone: ({ isOk }) => (isOk ? 'good' : 'bad'),
  },
  'probe-failed': {
    label: 'probe failed',
    level: 'warn',
    tone: 'bad',
    counter: {
      name: 'probeFailures',
      metric: 'probe_failures',
      help: 'Times that the probe through HAProxy began to fail.',
      per: 'entry',
    },
  },
  'probe-passed': { label: 'probe passed', level: 'info', tone: 'good' },
  repair: { label: 'repair', level: 'warn', tone: 'warn' },
  error: {
    label: 'error',
    level: 'error',
    tone: 'bad',
    counter: {
      name: 'errors',
      metric: 'errors',
      help: 'Failed rounds, and failed polls of HAProxy.',
      per: 'occurrence',
    },
  },
} as const satisfies { readonly [K in EventKindName]: EventKind<K> }

/** Returns the log level of an event. */
export function levelOf(event: AgentEvent): EventLevel {
  const { level } = kindOf(event)
  return typeof level === 'function' ? level(event) : level
}

/** Returns the tone of an event on the page. */
export function toneOf(event: AgentEvent): EventTone {
  const { tone } = kindOf(event)
  return typeof tone === 'function' ? tone(event) : tone
}

function kindOf(event: AgentEvent): EventKind<EventKindName> {
  return eventKinds[event.kind] as EventKind<EventKindName>
}

function isFailed(outcome: string): boolean {
  return outcome === 'rejected' || outcome === 'rolled-back'
}
