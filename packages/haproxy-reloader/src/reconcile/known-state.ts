import type { RunningServer } from 'haproxy-runtime'
import type { DesiredState } from '../plan/desired-state.js'
import type { Operation, ServerOperation } from '../plan/operation.js'
import { stepsFromFiles, withFileSteps, type StepsWithFiles } from '../named-files/file-steps.js'
import { planWithDifference, type PlannedSteps, type RunningState } from '../plan/plan.js'
import { planByFrame } from '../plan/plan-by-frame.js'
import { serverId } from '../servers/server-id.js'
import type { ServerTable } from '../servers/server-table.js'
import { changeServers, nameOf, type ConfirmedState } from '../running/confirmed-state.js'
import { departingOf, updateDeparting, type Departing } from '../running/departing.js'
import type { SentOperations } from './send-operations.js'

/** Longest time without reading back, however fast changes follow each other. */
const maxUnreadMs = 1000

/** The state that operations are sent from. */
export interface StartingState {
  readonly servers: ServerTable
  readonly worker: number
  /** True if the file holds the desired text, and no reload is pending. */
  readonly isFileCurrent: boolean
  /** The departing servers, if they are known. */
  readonly departing?: Departing | undefined
}

/** Operations that were sent, and those that HAProxy confirmed. */
type SentState = Pick<SentOperations, 'operations' | 'notYetRemoved' | 'waiting'> & {
  readonly done: readonly Operation[]
}

/** A plan from the confirmed state, and the state it begins with. */
export interface KnownSteps extends StepsWithFiles {
  readonly from: StartingState
}

/**
 * The state that HAProxy confirmed, and its changes since it was
 * read. Servers are changed in place, so that a change takes its own time.
 */
export class KnownState {
  #confirmed: ConfirmedState | undefined
  #departing: Departing | undefined
  readonly #unread = new Map<string, RunningServer>()
  /** Time of the first change that is not read back yet. */
  #unreadSince: number | undefined

  /** The confirmed state; undefined if HAProxy has to be read. */
  get confirmed(): ConfirmedState | undefined {
    return this.#confirmed
  }

  /** The servers that were changed and not read back, as they are now or were before they were removed. */
  get unread(): readonly RunningServer[] {
    return [...this.#unread.values()]
  }

  /** The departing servers of the confirmed state. */
  get departing(): Departing {
    if (!this.#confirmed) return new Map()
    return (this.#departing ??= departingOf(this.#confirmed.servers, this.#confirmed.desired))
  }

  /** Returns whether a change has waited too long for its read-back. */
  isOverdue(now: number): boolean {
    return this.#unreadSince !== undefined && now - this.#unreadSince > maxUnreadMs
  }

  /** Notes that all changes are read back; returns whether there were any. */
  read(): boolean {
    const wasUnread = this.#unreadSince !== undefined
    this.#unreadSince = undefined
    this.#unread.clear()
    return wasUnread
  }

  /** Forgets the state, since HAProxy may be in another. */
  forget(): void {
    this.#confirmed = undefined
    this.#departing = undefined
  }

  /** Returns the steps from the confirmed to the desired state, by the frame or by the texts. */
  plan(
    { desired: from, servers, worker }: ConfirmedState,
    desired: DesiredState,
    facts: Omit<RunningState, 'text' | 'servers'>,
  ): KnownSteps {
    const running = { ...facts, servers }
    const steps =
      from.frame && from.frame === desired.frame
        ? planByFrame(running, { desired: from, departing: this.departing }, desired)
        : undefined
    const files = stepsFromFiles(from.files, desired.files)
    if (steps) {
      const { isSameText: isFileCurrent } = steps
      const start = { servers, worker, isFileCurrent, departing: this.#departing }
      return { ...withFileSteps(steps, files), from: start }
    }
    const byText = planWithDifference({ ...running, text: from.text }, desired)
    const all = withFileSteps(byText, files)
    return { ...all, from: { servers, worker, isFileCurrent: from.text === desired.text } }
  }

  /** Notes the state after operations that HAProxy confirmed. */
  changed(
    desired: DesiredState,
    { servers, worker, departing }: StartingState,
    { operations, done, notYetRemoved, waiting }: SentState,
    { difference, at }: Pick<PlannedSteps, 'difference'> & { readonly at: number },
  ): void {
    const before = operations.map(operation => find(servers, operation))
    changeServers(servers, operations, notYetRemoved, waiting)
    for (const [i, operation] of operations.entries()) {
      const server = find(servers, operation) ?? before[i]
      if (server) this.#unread.set(serverId(server), server)
    }
    if (departing) updateDeparting(departing, servers, difference)
    this.#departing = departing
    this.#confirmed = { desired, servers, worker }
    if (done.length > 0) this.#unreadSince ??= at
  }
}

function find(servers: ServerTable, operation: ServerOperation): RunningServer | undefined {
  return servers.of(operation.pool).get(nameOf(operation))
}
