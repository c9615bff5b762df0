import type { Outcome } from '../plan/outcome.js'
import type { Task } from './task.js'
import type { TaskReport, TaskStep } from './task-report.js'

/** Measures the steps of the task that runs, if its caller asked for a report. */
export class TaskSteps {
  /** Steps of the running task; undefined if they are not reported. */
  #steps: TaskStep[] | undefined

  /** Runs a task, and reports the run to its caller. */
  async report<T extends { readonly outcome: Outcome }>(
    { isReadBack, onReport }: Pick<Task, 'isReadBack' | 'onReport'>,
    run: () => Promise<T>,
  ): Promise<T> {
    if (!onReport) return run()
    const steps: TaskStep[] = (this.#steps = [])
    const startedAt = performance.now()
    const end = (result: Pick<TaskReport, 'outcome' | 'error'>) => {
      this.#steps = undefined
      onReport({ isReadBack, startedAt, endedAt: performance.now(), ...result, steps })
    }
    try {
      const result = await run()
      end({ outcome: result.outcome })
      return result
    } catch (error) {
      end({ error })
      throw error
    }
  }

  /**
   * Runs a step of the task.
   *
   * @param facts - returns what is reported of its result
   */
  async time<T>(
    kind: TaskStep['kind'],
    step: () => Promise<T>,
    facts: (result: T) => Pick<TaskStep, 'commands' | 'problem'>,
  ): Promise<T> {
    const steps = this.#steps
    if (!steps) return step()
    const startedAt = performance.now()
    const end = (found: Pick<TaskStep, 'commands' | 'problem'>) =>
      void steps.push({ kind, startedAt, endedAt: performance.now(), ...found })
    try {
      const result = await step()
      end(facts(result))
      return result
    } catch (error) {
      end({ problem: error instanceof Error ? error.message : String(error) })
      throw error
    }
  }
}

/** Returns a problem as a fact of a step; nothing if there is none. */
export function problemFact(problem: string | undefined): Pick<TaskStep, 'problem'> {
  return problem === undefined ? {} : { problem }
}
