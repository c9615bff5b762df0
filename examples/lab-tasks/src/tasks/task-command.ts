import { resolve } from 'node:path'
import { type NodeEngine, LabError, type Stage } from 'serf-haproxy-lab'
import { openPage } from '../evidence/browser.js'
import { createProgressReporter } from '../progress-reporter.js'
import { runTask, type TaskResult } from './run-task.js'
import { parseTasks } from './tasks.js'

/** Options of `task`. */
export interface TaskCommandOptions {
  readonly which: string
  readonly out: string
  readonly engineFor: (stage: Stage) => NodeEngine
  readonly isJson: boolean
  /** Options that lead to the selected lab from another terminal. */
  readonly options: string
  readonly signal: AbortSignal
}

/**
 * `npm run lab -- task N`: runs one task, or all of them.
 *
 * @returns whether all are complete
 */
export async function taskCommand(command: TaskCommandOptions): Promise<boolean> {
  const { which, engineFor, isJson, options, signal } = command
  const chosen = parseTasks(which)
  const [first] = chosen
  if (first?.steps[0] && (await engineFor(first.steps[0].stage).exists())) {
    throw new LabError(
      `A lab runs here already, and a task needs a lab of its own: end it with: npm run lab -- down${options}, or give this one another network with --subnet 127.0.43`,
    )
  }
  await using page = await openPage()
  const reporter = createProgressReporter({ isQuiet: isJson })
  if (first?.steps[0]) reporter.say(originOfFacts(engineFor(first.steps[0].stage)))
  const results: TaskResult[] = []
  for (const task of chosen) {
    signal.throwIfAborted()
    const out = resolve(command.out)
    results.push(await runTask(task, { ...command, out, page, reporter }))
  }
  const isGood = results.every(({ state }) => state === 'complete')
  if (isJson) console.log(JSON.stringify({ ok: isGood, tasks: results }))
  else
    for (const { task, state, folder } of results) console.log(`task ${task}: ${state}: ${folder}`)
  return isGood
}

/** Returns a line that says where the tables and inspections of nodes come from. */
function originOfFacts({ kind }: NodeEngine): string {
  return kind === 'containers'
    ? 'Nodes are containers: ps.txt and *.inspect.json are what the engine prints. As processes: --engine process'
    : 'Nodes are processes: ps.txt and *.inspect.json have the same facts from /proc. As containers: --engine container'
}
