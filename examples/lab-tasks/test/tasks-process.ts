import { fileURLToPath } from 'node:url'
import { runLab, startLab, type LabProcessOptions } from 'serf-haproxy-lab/lab-process'

const bin = fileURLToPath(new URL('../../bin/lab-tasks.js', import.meta.url))

/** Runs a command of the lab with its tasks to its end. */
export function runTasks(
  place: Parameters<typeof runLab>[0],
  args: readonly string[],
  options: LabProcessOptions = {},
): ReturnType<typeof runLab> {
  return runLab(place, args, { bin, ...options })
}

/** Starts a command of the lab with its tasks that goes on. */
export function startTasks(
  t: Parameters<typeof startLab>[0],
  place: Parameters<typeof startLab>[1],
  args: readonly string[],
): ReturnType<typeof startLab> {
  return startLab(t, place, args, { bin })
}
