import { HaproxyError } from 'haproxy-runtime'
import { pollDelayMs } from '../poll-delay.js'
import type { TaskResult } from '../queue/task.js'
import type { ReloadMethod } from '../reload/master-reload.js'

/** Most looks at a worker that is about to go; the last ones are 250 ms apart. */
const maxLooks = 20

/**
 * Finds out whether the worker that answers is the one that serves. If another
 * one was started from outside, the worker that answered is about to go, and its
 * state with it: then HAProxy has to be read once more.
 */
export class ServingWorker {
  readonly #processes: ReloadMethod['processes']
  /** Looks in a row; 0 if nothing is looked for. */
  #looks = 0

  /** @param processes - lists HAProxy's workers; undefined if they cannot be known */
  constructor(processes: ReloadMethod['processes']) {
    this.#processes = processes
  }

  /** True while the worker that serves has not answered yet. */
  get isAwaited(): boolean {
    return this.#looks > 0
  }

  /** Ends the looking, since a new change begins. */
  reset(): void {
    this.#looks = 0
  }

  /** Returns the result with another read-back, if this worker does not serve. */
  async lookAgain(worker: number, result: TaskResult, signal: AbortSignal): Promise<TaskResult> {
    if (this.#looks >= maxLooks || (await this.#isServing(worker, signal))) {
      this.#looks = 0
      return result
    }
    const readBackAfterMs = pollDelayMs(this.#looks++)
    return { ...result, readBackAfterMs: result.readBackAfterMs ?? readBackAfterMs }
  }

  async #isServing(worker: number, signal: AbortSignal): Promise<boolean> {
    try {
      const processes = await this.#processes?.({ signal })
      return processes?.workers.includes(worker) ?? true
    } catch (error) {
      // A master that restarts itself does not answer.
      if (error instanceof HaproxyError) return false
      throw error
    }
  }
}
