import type { Page } from 'playwright-core'
import { join } from 'node:path'
import type { Engine } from '../engine/node-engine.js'
import type { Check, Progress } from '../evidence/manifest.js'
import { openRecorder } from '../evidence/recorder.js'
import { appliedStage, type Stage } from '../engine/stage.js'
import { createScene, journalName, type Stagecraft } from './create-scene.js'
import type { Narrator } from './narrator.js'
import type { Step, Task } from './task.js'

/** What came of a task. */
export interface TaskResult {
  readonly task: number
  readonly state: Progress
  readonly folder: string
  /** What is missing or did not hold; empty where the task is complete. */
  readonly faults: readonly string[]
}

/** Where and how a task is played. */
export interface RunTaskOptions {
  readonly engineFor: (stage: Stage) => Engine
  readonly page: Page
  /** The folder that holds one folder a task. */
  readonly out: string
  readonly narrator: Narrator
  readonly signal: AbortSignal
}

/** The folder of a task's evidence. */
export function taskFolder(out: string, task: number): string {
  return join(out, `task-${task}`)
}

/**
 * Plays a task and leaves its evidence. Steps that an earlier run has
 * completed are played again only where a later one needs the system that
 * they build; their evidence stays.
 */
export async function runTask(task: Task, options: RunTaskOptions): Promise<TaskResult> {
  const { engineFor, out, narrator, signal } = options
  const folder = taskFolder(out, task.number)
  const recorder = await openRecorder(folder, {
    task: task.number,
    title: task.title,
    engine: engineFor(appliedStage).kind,
    steps: task.steps.map(step => ({ ...step, files: [...step.files, journalName] })),
  })
  narrator.say(`\nTask ${task.number}: ${task.title}\n${task.purpose}`)
  const craft: Stagecraft = { ...options, recorder }
  try {
    for (const scene of scenes(task.steps)) await playScene(scene, craft)
    const faults = await recorder.close()
    const state = faults.length === 0 ? 'complete' : 'failed'
    narrator.say(
      state === 'complete'
        ? `Task ${task.number} is complete: ${folder}`
        : `Task ${task.number} is NOT complete: ${faults.join('; ')}`,
    )
    return { task: task.number, state, folder, faults }
  } catch (error) {
    const reason = signal.aborted ? 'interrupted' : (error as Error).message
    await recorder.abandon(reason)
    narrator.say(`The evidence so far is kept in ${folder}, marked incomplete.`)
    throw error
  } finally {
    const [first] = task.steps
    if (first) await endLab(engineFor(first.stage))
  }
}

/** Steps that build on each other; each group begins with an empty lab. */
function scenes(steps: readonly Step[]): Step[][] {
  const groups: Step[][] = []
  for (const step of steps) {
    const last = groups.at(-1)
    if (step.isFresh || !last) groups.push([step])
    else last.push(step)
  }
  return groups
}

async function playScene(steps: readonly Step[], craft: Stagecraft): Promise<void> {
  const needed = steps.findLastIndex(step => !craft.recorder.isKept(step.id))
  for (const step of steps.slice(0, needed + 1)) {
    const engine = craft.engineFor(step.stage)
    if (step.isFresh) {
      if (await engine.exists()) await endLab(engine)
      await engine.create()
    }
    await playStep(step, craft)
  }
  for (const step of steps.slice(needed + 1)) {
    craft.narrator.say(`\n${step.id}: ${step.title}: kept from an earlier run`)
  }
}

async function playStep(step: Step, craft: Stagecraft): Promise<readonly Check[]> {
  const { recorder, narrator } = craft
  const isKept = recorder.isKept(step.id)
  narrator.say(
    isKept
      ? `\n${step.id}: ${step.title}: kept from an earlier run; played again for what follows`
      : `\n${step.id}: ${step.title}\n  ${step.shows}`,
  )
  const { scene, checks, saveJournal } = createScene(step, craft)
  if (!isKept) await recorder.begin(step.id)
  await step.play(scene)
  if (isKept) return checks
  await saveJournal()
  await recorder.end(step.id, checks)
  return checks
}

/** Ends a lab of which nothing more is asked: nobody needs to leave in order. */
async function endLab(engine: Engine): Promise<void> {
  if (!(await engine.exists())) return
  const nodes = [...(await engine.nodes()).keys()]
  await Promise.all(nodes.map(node => engine.kill(node)))
  await engine.destroy()
}
