import type { Page } from 'playwright-core'
import { join } from 'node:path'
import { appliedStage, type NodeEngine, type Stage } from 'serf-haproxy-lab'
import type { Check, Progress } from '../evidence/manifest.js'
import { openRecorder } from '../evidence/recorder.js'
import { endLab } from './end-lab.js'
import { createStepContext, journalName, type TaskContext } from './create-step-context.js'
import type { ProgressReporter } from '../progress-reporter.js'
import type { Step, Task } from './task.js'

/** Result of a task. */
export interface TaskResult {
  readonly task: number
  readonly state: Progress
  readonly folder: string
  /** Missing files and failed checks; empty where the task is complete. */
  readonly faults: readonly string[]
}

/** Options of {@link runTask}. */
export interface RunTaskOptions {
  readonly engineFor: (stage: Stage) => NodeEngine
  readonly page: Page
  /** The folder that holds one folder a task. */
  readonly out: string
  readonly reporter: ProgressReporter
  readonly signal: AbortSignal
}

/** The folder of a task's evidence. */
export function taskFolder(out: string, task: number): string {
  return join(out, `task-${task}`)
}

/**
 * Runs a task and leaves its evidence. Steps that an earlier run has
 * completed are run again only where a later one needs the system that
 * they build; their evidence stays.
 */
export async function runTask(task: Task, options: RunTaskOptions): Promise<TaskResult> {
  const { engineFor, out, reporter, signal } = options
  const folder = taskFolder(out, task.number)
  const recorder = await openRecorder(folder, {
    task: task.number,
    title: task.title,
    engine: engineFor(appliedStage).kind,
    steps: task.steps.map(step => ({ ...step, files: [...step.files, journalName] })),
  })
  reporter.say(`\nTask ${task.number}: ${task.title}\n${task.purpose}`)
  const taskContext: TaskContext = { ...options, recorder }
  try {
    for (const group of stepGroups(task.steps)) await runGroup(group, taskContext)
    const faults = await recorder.close()
    const state = faults.length === 0 ? 'complete' : 'failed'
    reporter.say(
      state === 'complete'
        ? `Task ${task.number} is complete: ${folder}`
        : `Task ${task.number} is NOT complete: ${faults.join('; ')}`,
    )
    return { task: task.number, state, folder, faults }
  } catch (error) {
    const reason = signal.aborted ? 'interrupted' : (error as Error).message
    await recorder.abandon(reason)
    reporter.say(`The evidence so far is kept in ${folder}, marked incomplete.`)
    throw error
  } finally {
    const [first] = task.steps
    if (first) await endLab(engineFor(first.stage))
  }
}

/** Steps that build on each other; each group begins with an empty lab. */
function stepGroups(steps: readonly Step[]): Step[][] {
  const groups: Step[][] = []
  for (const step of steps) {
    const last = groups.at(-1)
    if (step.isFresh || !last) groups.push([step])
    else last.push(step)
  }
  return groups
}

async function runGroup(steps: readonly Step[], taskContext: TaskContext): Promise<void> {
  const needed = steps.findLastIndex(step => !taskContext.recorder.isKept(step.id))
  for (const step of steps.slice(0, needed + 1)) {
    const engine = taskContext.engineFor(step.stage)
    if (step.isFresh) {
      if (await engine.exists()) await endLab(engine)
      await engine.create()
    }
    await runStep(step, taskContext)
  }
  for (const step of steps.slice(needed + 1)) {
    taskContext.reporter.say(`\n${step.id}: ${step.title}: kept from an earlier run`)
  }
}

async function runStep(step: Step, taskContext: TaskContext): Promise<readonly Check[]> {
  const { recorder, reporter } = taskContext
  const isKept = recorder.isKept(step.id)
  reporter.say(
    isKept
      ? `\n${step.id}: ${step.title}: kept from an earlier run; run again for the next steps`
      : `\n${step.id}: ${step.title}\n  ${step.shows}`,
  )
  const { context, checks, saveJournal } = createStepContext(step, taskContext)
  if (!isKept) await recorder.begin(step.id)
  await step.run(context)
  if (isKept) return checks
  await saveJournal()
  await recorder.end(step.id, checks)
  return checks
}
