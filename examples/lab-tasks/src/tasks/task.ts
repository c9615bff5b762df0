import type { NodeEngine, Lab, Printed, Stage } from 'serf-haproxy-lab'
import type { ShownServer } from '../evidence/statistics-page.js'

/** One of the lab's seven tasks. */
export interface Task {
  readonly number: number
  readonly title: string
  /** What the whole of it shows, in a sentence or two. */
  readonly purpose: string
  readonly steps: readonly Step[]
}

/** A step of a task: it changes the system, looks at it, and keeps what it saw. */
export interface Step {
  /** Name of its folder of evidence, numbered so that folders sort in order. */
  readonly id: string
  readonly title: string
  /** What it demonstrates. */
  readonly shows: string
  /** The system that it needs. */
  readonly stage: Stage
  /** Whether it begins with an empty lab; otherwise it goes on where the last one ended. */
  readonly isFresh: boolean
  /** The files that it has to leave. */
  readonly files: readonly string[]
  run(context: StepContext): Promise<void>
}

/** What a step works with. */
export interface StepContext {
  readonly engine: NodeEngine
  readonly lab: Lab
  readonly signal: AbortSignal
  /** The same nodes through the eyes of another stage, for a node that is started differently. */
  engineAt(stage: Stage): NodeEngine
  /** Does something to the system, told and timed. */
  act<T>(what: string, action: () => Promise<T>): Promise<T>
  /** States something that has to hold; where it does not, the step has failed. */
  check(claim: string, holds: boolean, found?: string): void
  /** A line in the step's journal. */
  note(kind: string, facts: object): void
  /** Keeps what a program printed. */
  keep(file: string, take: () => Promise<Printed>): Promise<void>
  /** Keeps a picture of the statistics page, whose servers have to be these, by name and state. */
  picture(file: string, servers: Readonly<Record<string, string>>): Promise<readonly ShownServer[]>
}
