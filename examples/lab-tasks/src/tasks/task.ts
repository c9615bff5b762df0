import type { NodeEngine, Lab, Printed, Stage } from 'serf-haproxy-lab'
import type { ShownServer } from '../evidence/statistics-page.js'

/** One of the lab's seven tasks. */
export interface Task {
  readonly number: number
  readonly title: string
  /** Purpose of the task, in a sentence or two. */
  readonly purpose: string
  /** Nodes that its first step starts, in this order. */
  readonly startNodes: readonly string[]
  readonly steps: readonly Step[]
}

/** A step of a task: it changes the system, checks it, and keeps evidence. */
export interface Step {
  /** Name of its folder of evidence, numbered so that folders sort in order. */
  readonly id: string
  readonly title: string
  /** The point that it demonstrates. */
  readonly shows: string
  /** The system that it needs. */
  readonly stage: Stage
  /** True where it begins with an empty lab; otherwise it continues after the previous step. */
  readonly isFresh: boolean
  /** The files that it has to leave. */
  readonly files: readonly string[]
  run(context: StepContext): Promise<void>
}

/** Tools of a step. */
export interface StepContext {
  readonly engine: NodeEngine
  readonly lab: Lab
  readonly signal: AbortSignal
  /** Returns the engine of the same nodes at another stage, for a node that starts differently. */
  engineAt(stage: Stage): NodeEngine
  /** Runs an action on the system, and reports its duration. */
  act<T>(what: string, action: () => Promise<T>): Promise<T>
  /** Records a check; one that does not hold fails the step. */
  check(claim: string, holds: boolean, found?: string): void
  /** A line in the step's journal. */
  note(kind: string, facts: object): void
  /** Keeps what a program printed. */
  keep(file: string, take: () => Promise<Printed>): Promise<void>
  /**
   * Keeps a picture of the statistics page, which has to show these servers, by
   * name and state, once their checks have decided; those that are up are green.
   */
  picture(file: string, servers: Readonly<Record<string, string>>): Promise<readonly ShownServer[]>
}
