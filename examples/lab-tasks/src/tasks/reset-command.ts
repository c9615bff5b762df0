import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError, type NodeEngine, repository, type Stage } from 'serf-haproxy-lab'
import { endLab } from './end-lab.js'
import type { Task } from './task.js'
import { tasks } from './tasks.js'

/** Options of `reset`. */
export interface ResetOptions {
  readonly which: string
  readonly engineFor: (stage?: Stage) => NodeEngine
  readonly isJson: boolean
  /** Options that lead to the selected lab from another terminal. */
  readonly options: string
  readonly signal: AbortSignal
}

/** `npm run lab -- reset N`: ends the lab that runs, and leaves one at the start of task N. */
export async function resetCommand(command: ResetOptions): Promise<void> {
  const { which, engineFor, isJson, options, signal } = command
  const task = tasks.find(({ number }) => String(number) === which)
  const stage = task?.steps[0]?.stage
  if (!task || !stage) {
    throw new LabError(`reset: expected a number from 0 to ${tasks.length - 1}, got ${which}`)
  }
  const engine = engineFor(stage)
  await endLab(engine)
  await startNodes(engine, task.startNodes, signal)
  const guide = `docs/lab.md, "${await headingOf(task)}"`
  const { number, title, startNodes: nodes } = task
  if (isJson) console.log(JSON.stringify({ task: number, title, stage: stage.name, nodes, guide }))
  else console.log(resetText(task, stage, { guide, options }))
}

async function startNodes(
  engine: NodeEngine,
  nodes: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await engine.create()
  try {
    for (const node of nodes) {
      signal.throwIfAborted()
      await engine.start(node)
    }
  } catch (error) {
    await endLab(engine)
    throw error
  }
}

/** Returns the heading of a task in the guide. */
async function headingOf({ number, title }: Task): Promise<string> {
  const guide = await readFile(join(repository, 'docs/lab.md'), 'utf8')
  return new RegExp(`^## (Task ${number}: .*)$`, 'm').exec(guide)?.[1] ?? title
}

function resetText(
  { number, title, startNodes: nodes }: Task,
  stage: Stage,
  { guide, options }: { readonly guide: string; readonly options: string },
): string {
  return [
    `The lab is at the start of task ${number}: ${title}.`,
    '',
    `  System   ${stage.summary}`,
    `  Nodes    ${nodes.join(', ')}`,
    `  Next     ${guide}`,
    '',
    `Use it with:  npm run lab -- <command>${options}`,
    '  status | start s3 | stop s1 | kill s1 | down',
  ].join('\n')
}
